/**
 * What a group had committed at a moment of the past, whoever committed it: from the log the brokers keep commits in where the
 * service may read that, else from what the sampler saw around that moment. Says which, and how sure it is; plans are made of it
 * elsewhere.
 */
package dev.fathom.past;
