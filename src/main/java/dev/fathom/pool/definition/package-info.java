/**
 * What a managed consumer is to do, as values: {@link dev.fathom.pool.definition.Definition} and its
 * {@link dev.fathom.pool.definition.Spec}, and the rules that hold for a definition by itself or among others. Nothing here
 * knows a broker, a thread or HTTP.
 */
package dev.fathom.pool.definition;
