/** Where the service starts. What it does is in the packages below: features, and the two edges {@code http} and {@code kafka}. */
package dev.fathom;
