package dev.fathom.packaged;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Kafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Swagger UI in a browser, as an operator uses it: the browser asks for a password, the page for another where more is to
 * be allowed. Skipped where no Chromium is installed.
 */
@Order(7)
class SwaggerUiIT {

    private static final String PASSWORD = "sesame-3f1c";
    /** For machines that are slow and busy: a browser beside three other tests. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static Browsers browsers;
    private static PackagedService service;
    private static Kafka kafka;
    private static String topic;
    private static String group;

    @BeforeAll
    static void start() throws IOException {
        Optional<Path> chromium = Browsers.chromium();
        assumeTrue(chromium.isPresent(), "no chromium on the PATH");
        kafka = new Kafka(Brokers.main().bootstrapServers());
        topic = kafka.topic(1);
        kafka.produce(topic, 0, 10);
        group = Kafka.unique("swagger");
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 8L));
        String hash = BCrypt.with(BCrypt.Version.VERSION_2Y).hashToString(4, PASSWORD.toCharArray());
        Path users = Files.write(folder.resolve("users"), List.of("vera:" + hash + ":viewer", "otto:" + hash + ":op"));
        service = PackagedService.withUsers(
                users,
                "fathom.security.permissions[0].subject=role:viewer",
                "fathom.security.permissions[0].level=viewer",
                "fathom.security.permissions[1].subject=role:op",
                "fathom.security.permissions[1].level=operator");
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE.toMillis());
        browsers = new Browsers(chromium.get());
    }

    @AfterAll
    static void end() {
        for (AutoCloseable each : new ArrayList<>(Arrays.asList(browsers, service, kafka))) {
            try (each) {
                // What was not started is null, which closes as nothing.
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void anOperatorListsGroupsPlansAMoveAndAppliesIt() throws IOException {
        List<String> complaints = new ArrayList<>();
        try (var context =
                browsers.browser().newContext(new Browser.NewContextOptions().setHttpCredentials("vera", PASSWORD))) {
            context.setDefaultTimeout(PATIENCE.toMillis());
            Page page = context.newPage();
            page.onPageError(complaints::add);
            page.navigate(service.api().base() + "/q/swagger-ui/");
            assertThat(page).hasTitle("Fathom");
            assertThat(page.locator(".opblock-tag").first()).containsText("Clusters");
            assertThat(page.locator(".opblock-tag").allInnerTexts())
                    .extracting(text -> text.lines().findFirst().orElseThrow())
                    .containsExactly(
                            "Clusters",
                            "Groups",
                            "Lag",
                            "Moving offsets",
                            "Operations",
                            "Managed consumers",
                            "Topics",
                            "Service",
                            "Problems");

            assertThat(page.locator(".opblock")).hasCount(0);
            page.locator(".opblock-tag[data-tag=\"Moving offsets\"]").click();
            assertThat(page.locator(".opblock")).hasCount(9);
            assertThat(page.locator(".opblock").first()).hasAttribute("id", Pattern.compile(".*-resetGroup"));

            Operation list =
                    new Operation(page, "listGroups").set("cluster", "local").set("search", group);
            JsonNode groups = list.execute(200);
            assertThat(groups.at("/items/0/id").asText()).isEqualTo(group);
            assertThat(groups.at("/page/total").asInt()).isEqualTo(1);

            Operation reset =
                    new Operation(page, "resetGroup").set("cluster", "local").set("group", group);
            JsonNode plan = reset.body(move(true)).execute(200);
            assertThat(plan.at("/partitions/0/to/offset").asInt()).isEqualTo(3);

            JsonNode refused = reset.body(move(false)).execute(403);
            assertThat(refused.get("type").asText()).endsWith("/forbidden");
            assertThat(committed()).isEqualTo(8);

            authorize(page, "otto");
            JsonNode moved =
                    reset.set("If-Match", plan.get("applyETag").asText()).execute(200);
            assertThat(moved.at("/partitions/0/outcome").asText()).isEqualTo("applied");
            assertThat(committed()).isEqualTo(3);
        }
        assertThat(complaints).isEmpty();
    }

    @Test
    void theUiIsDarkWhereTheSystemIs() {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            try (var context = browsers.browser()
                    .newContext(new Browser.NewContextOptions()
                            .setHttpCredentials("vera", PASSWORD)
                            .setColorScheme(scheme))) {
                context.setDefaultTimeout(PATIENCE.toMillis());
                Page page = context.newPage();
                page.navigate(service.api().base() + "/q/swagger-ui/");
                assertThat(page.locator(".opblock-tag").first()).isVisible();
                assertThat(page.locator("body"))
                        .hasCSS(
                                "background-color",
                                scheme == ColorScheme.DARK ? "rgb(27, 27, 27)" : "rgb(250, 250, 250)");
            }
        }
    }

    private static String move(boolean dryRun) {
        return "{\"dryRun\":" + dryRun + ",\"targets\":[{\"topic\":\"" + topic + "\",\"partitions\":[0],\"to\":3}]}";
    }

    private static long committed() {
        return service.api()
                .as("vera", PASSWORD)
                .get("/api/v1/clusters/local/groups/" + group + "/offsets?fresh=true")
                .ok()
                .at("/items/0/committedOffset")
                .asLong();
    }

    private static void authorize(Page page, String user) {
        page.locator(".auth-wrapper .btn.authorize").click();
        Locator dialog = page.locator(".dialog-ux");
        dialog.locator("#auth-basic-username").fill(user);
        dialog.locator("#auth-basic-password").fill(PASSWORD);
        dialog.locator(".auth-container", new Locator.LocatorOptions().setHas(page.locator("#auth-basic-username")))
                .locator("button.authorize")
                .click();
        dialog.locator(".btn-done").first().click();
    }

    /** The box of one operation, opened to try it out. */
    private static final class Operation {
        private static final Map<String, String> TAGS = Map.of("listGroups", "Groups", "resetGroup", "Moving offsets");

        private final Locator box;

        private Operation(Page page, String operationId) {
            box = page.locator(".opblock[id$=\"-" + operationId + "\"]");
            if (box.count() == 0) {
                // Its tag is closed, as all are at first.
                page.locator(".opblock-tag[data-tag=\"" + TAGS.get(operationId) + "\"]")
                        .click();
            }
            box.locator(".opblock-summary-control").click();
            box.locator(".try-out__btn").click();
        }

        private Operation set(String parameter, String value) {
            box.locator("tr[data-param-name=\"" + parameter + "\"] input").fill(value);
            return this;
        }

        private Operation body(String json) {
            box.locator("textarea.body-param__text").fill(json);
            return this;
        }

        private JsonNode execute(int status) throws IOException {
            Locator clear = box.locator(".btn-clear");
            if (clear.count() > 0) {
                clear.click();
            }
            box.locator(".btn.execute").click();
            Locator answer = box.locator(".live-responses-table .response").first();
            try {
                assertThat(answer.locator(".response-col_status")).containsText(Integer.toString(status));
            } catch (AssertionError e) {
                throw new AssertionError("The page says: " + box.innerText() + "\nThe service: " + service.said(), e);
            }
            return new ObjectMapper()
                    .readTree(answer.locator(".response-col_description pre")
                            .first()
                            .textContent());
        }
    }
}
