/**
 * What a native executable must be told beyond what Quarkus tells it: all of it, and nowhere else. The profile
 * {@code native} of pom.xml names this; the JVM loads none of it.
 */
package dev.fathom.nativeimage;
