/**
 * The Model Context Protocol at {@code /mcp}: what the API answers, as tools for agents.
 *
 * <p>One request is one JSON-RPC message, and nothing is kept between two but the plans that were shown ({@code Shown}). {@code Gate}
 * reads the message before a turn is waited for, so that a call of a tool waits for the same turn as the call of the API it
 * comes to; {@code McpResource} answers it; {@code Replies} makes the reply of what came of it. Nothing is decided here that the
 * API decides: {@code Calls} asks the resources as a caller would, under the same permissions, and a {@link dev.fathom.http.mcp.Tool}
 * cuts the answer to the size and the words of its own record.
 */
package dev.fathom.http.mcp;
