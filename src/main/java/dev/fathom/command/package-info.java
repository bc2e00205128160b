/**
 * What the program does for whoever starts it by hand, besides serving: help, version, a look at the configuration, a hash of a
 * password; and how it says why it does not start. {@link dev.fathom.Main} chooses.
 */
package dev.fathom.command;
