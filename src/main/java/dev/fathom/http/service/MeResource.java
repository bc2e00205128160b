package dev.fathom.http.service;

import static dev.fathom.config.Level.VIEWER;

import dev.fathom.access.Access;
import dev.fathom.access.Grant;
import dev.fathom.access.NamePatterns;
import dev.fathom.http.auth.CurrentCaller;
import dev.fathom.http.auth.Needs;
import dev.fathom.http.request.Links;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Who the caller is to the service. */
@Path(Links.BASE)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Service")
public class MeResource {

    private final CurrentCaller caller;

    MeResource(CurrentCaller caller) {
        this.caller = caller;
    }

    @GET
    @Path("me")
    @Needs(level = VIEWER)
    @Operation(
            operationId = "whoAmI",
            summary = "Who am I, what may I do",
            description = "The caller as the service knows them, and what they are granted.")
    public Me me() {
        Access access = caller.access();
        return new Me(
                caller.name(),
                List.copyOf(caller.roles()),
                access.grants().stream().map(MeResource::permission).toList());
    }

    private static Me.Permission permission(Grant grant) {
        return new Me.Permission(
                grant.level().wireName(),
                names(grant.clusters()),
                names(grant.groups()),
                names(grant.topics()),
                grant.records());
    }

    private static List<String> names(NamePatterns names) {
        return names.allowAll() ? List.of("*") : names.patterns();
    }
}
