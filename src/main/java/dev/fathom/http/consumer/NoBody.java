package dev.fathom.http.consumer;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Nothing: an object without fields, or no body at all. */
@Schema(name = "Nothing", description = "An object without fields; the body may also be left out.")
public record NoBody() {}
