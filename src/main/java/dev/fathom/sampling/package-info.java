/**
 * Looking at every group of every cluster again and again, in the background, so that {@code progress} has something to go by.
 *
 * <p>{@code Looks} asks a cluster, {@code Sampler} does that in rounds for one cluster, {@link dev.fathom.sampling.Sampling} has
 * one for each and is asked for what they know. Whoever asks for a group decides what of it a caller may see: a sampler sees all.
 */
package dev.fathom.sampling;
