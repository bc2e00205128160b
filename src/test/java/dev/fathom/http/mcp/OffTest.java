package dev.fathom.http.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.config.FathomConfig;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.http.problem.ProblemType;
import io.quarkus.vertx.http.runtime.filters.Filters;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

/** What {@code fathom.mcp.enabled} turns on and off. */
class OffTest {

    private static FathomConfig config(boolean enabled) {
        FathomConfig.McpConfig mcp = () -> enabled;
        return (FathomConfig) Proxy.newProxyInstance(
                FathomConfig.class.getClassLoader(), new Class<?>[] {FathomConfig.class}, (self, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("mcp");
                    return mcp;
                });
    }

    @Test
    void offItIsAPathThatIsNotServed() {
        McpResource off = new McpResource(config(false), null, null, null, new ObjectMapper());

        assertThatThrownBy(() -> off.answer(null, null))
                .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.type())
                        .isEqualTo(ProblemType.NOT_FOUND));
    }

    @Test
    void offNoMessageIsRead() {
        assertThat(registered(false)).isZero();
        assertThat(registered(true)).isEqualTo(2);
    }

    private static int registered(boolean enabled) {
        Filters filters = new Filters();
        new Gate(config(enabled), null, null, null, new ObjectMapper()).register(filters);
        return filters.getFilters().size();
    }
}
