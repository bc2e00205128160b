/**
 * The benchmark: one run that starts a broker and the packaged service for each data set, measures both beside the yardsticks of
 * the same run, and writes a file that says what came of it. {@link dev.fathom.bench.FathomBenchmark} is where it begins,
 * {@link dev.fathom.bench.Settings} what it can be told. Nothing here is run by {@code mvn verify} without the profile.
 */
package dev.fathom.bench;
