package dev.fathom.http.service;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Takes who opens the service in a browser to the Swagger UI. */
@ApplicationScoped
public class Home {

    void register(@Observes Router router) {
        router.get("/").handler(request -> request.response()
                .setStatusCode(302)
                .putHeader(HttpHeaders.LOCATION, "/q/swagger-ui/")
                .end());
    }
}
