/**
 * What can be set: one interface for all {@code fathom.*} properties, each with its unit, default and consequence, and
 * the checks at start that refuse an unsafe or unknown setting by its name.
 *
 * <p>Read by {@code kafka}, {@code http}, {@code lag} and {@code sandbox}; nothing here knows what is done with a value.
 */
package dev.fathom.config;
