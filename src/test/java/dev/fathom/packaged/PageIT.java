package dev.fathom.packaged;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.assertions.PageAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.sun.net.httpserver.HttpServer;
import dev.fathom.sandbox.EmbeddedBroker;
import dev.fathom.testing.Api;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Consumers;
import dev.fathom.testing.Kafka;
import dev.fathom.testing.LiveGroup;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page at / in a browser, as an operator uses it. Skipped where no Chromium is installed. */
@Order(8)
class PageIT {

    private static final String PASSWORD = "sesame-7c1d";
    /** For machines that are slow and busy: a browser beside three other tests. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static Browsers browsers;
    private static Kafka kafka;
    private static Api api;
    private static String axe;

    @BeforeAll
    static void start() throws IOException {
        Optional<Path> chromium = Browsers.chromium();
        assumeTrue(chromium.isPresent(), "no chromium on the PATH");
        kafka = new Kafka(Brokers.main().bootstrapServers());
        api = SharedService.api();
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE.toMillis());
        browsers = new Browsers(chromium.get());
        try (InputStream script = PageIT.class.getResourceAsStream("/axe.min.js")) {
            axe = new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @AfterAll
    static void end() {
        for (AutoCloseable each : new ArrayList<>(Arrays.asList(browsers, kafka))) {
            try (each) {
                // What was not started is null, which closes as nothing.
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** A tab, and all that must not happen in it: errors, and requests to anybody else. */
    private static final class Tab implements AutoCloseable {
        private final BrowserContext context;
        private final Page page;
        private final String base;
        private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
        private final List<String> reloads = Collections.synchronizedList(new ArrayList<>());

        private Tab(String base, Browser.NewContextOptions options) {
            this.base = base;
            context = browsers.browser().newContext(options);
            context.setDefaultTimeout(PATIENCE.toMillis());
            page = context.newPage();
            page.onPageError(complaints::add);
            page.onConsoleMessage(message -> {
                if (message.type().equals("error") || message.type().equals("warning")) {
                    complaints.add(message.text());
                }
            });
            page.onRequest(request -> {
                if (!request.url().startsWith(base) && !request.url().startsWith("data:")) {
                    complaints.add("asked " + request.url());
                }
                if (request.isNavigationRequest()) {
                    reloads.add(request.url());
                }
            });
        }

        private Tab() {
            this(api.base(), new Browser.NewContextOptions());
        }

        private Tab open(String path) {
            page.navigate(base + path);
            return this;
        }

        private Locator row(String name) {
            return page.locator(
                    "table.rows tbody tr",
                    new Page.LocatorOptions().setHas(page.locator("th", new Page.LocatorOptions().setHasText(name))));
        }

        /** What axe-core finds that is serious or worse. */
        private void assertAccessible() {
            page.evaluate(axe);
            Object found =
                    page.evaluate("() => axe.run(document, {resultTypes: ['violations']}).then(told => told.violations"
                            + ".filter(one => ['serious', 'critical'].includes(one.impact))"
                            + ".map(one => one.id + ': ' + one.nodes.slice(0, 3).map(node => node.html).join(' | ')))");
            assertThat((List<?>) found).as(page.url()).isEmpty();
        }

        private void shoot(String name) {
            String where = System.getProperty("page.screenshots");
            if (where != null) {
                page.screenshot(new Page.ScreenshotOptions().setPath(Path.of(where, name + ".png")));
            }
        }

        @Override
        public void close() {
            context.close();
            assertThat(complaints).isEmpty();
        }
    }

    private static long committed(Api of, String group) {
        return of.get("/api/v1/clusters/local/groups/" + group + "/offsets?fresh=true")
                .ok()
                .at("/items/0/committedOffset")
                .asLong();
    }

    @Test
    void theGroupsAppearFilteredSortedAndByKey() {
        String topic = kafka.topic(1);
        kafka.produce(topic, 0, 1500);
        String prefix = Kafka.unique("shown");
        kafka.commit(prefix + "-a", Map.of(new TopicPartition(topic, 0), 1490L));
        kafka.commit(prefix + "-b", Map.of(new TopicPartition(topic, 0), 100L));
        try (Tab tab = new Tab().open("/")) {
            assertThat(tab.page).hasTitle(Pattern.compile("Groups of .* · Fathom"));
            tab.open("/ui/clusters/local");
            tab.page.keyboard().press("/");
            tab.page.keyboard().type(prefix);
            tab.page.keyboard().press("Enter");
            assertThat(tab.page).hasURL(Pattern.compile("search=" + prefix));
            assertThat(tab.page.locator("table.rows tbody tr")).hasCount(2);
            assertThat(tab.page.locator("table.rows tbody tr").first()).containsText(prefix + "-b");
            assertThat(tab.row(prefix + "-b")).containsText("1,400");
            // What its numbers say, until it was looked at often enough for a verdict.
            assertThat(tab.row(prefix + "-b")).containsText(Pattern.compile("nobody reads|stopped"));

            tab.page
                    .getByRole(
                            AriaRole.LINK,
                            new GetByRoleOptions().setName("Group").setExact(true))
                    .click();
            assertThat(tab.page).hasURL(Pattern.compile("sort=name"));
            assertThat(tab.page.locator("table.rows tbody tr").first()).containsText(prefix + "-a");
            tab.page.goBack();
            assertThat(tab.page.locator("table.rows tbody tr").first()).containsText(prefix + "-b");

            tab.page.keyboard().press("j");
            tab.page.keyboard().press("j");
            tab.page.keyboard().press("Enter");
            assertThat(tab.page.locator("h1")).hasText(prefix + "-a");
        }
    }

    @Test
    void aGroupThatStartsToLagRisesWithoutReload() {
        String topic = kafka.topic(2);
        kafka.produce(topic, 0, 10);
        kafka.produce(topic, 1, 10);
        String prefix = Kafka.unique("rising");
        kafka.commit(prefix + "-first", Map.of(new TopicPartition(topic, 0), 5L));
        kafka.commit(prefix + "-then", Map.of(new TopicPartition(topic, 1), 10L));
        try (Tab tab = new Tab().open("/ui/clusters/local?search=" + prefix)) {
            assertThat(tab.page.locator("table.rows tbody tr").first()).containsText(prefix + "-first");
            int loaded = tab.reloads.size();
            kafka.produce(topic, 1, 40);
            assertThat(tab.page.locator("table.rows tbody tr").first()).containsText(prefix + "-then");
            assertThat(tab.row(prefix + "-then")).containsText("40");
            assertThat(tab.reloads).hasSize(loaded);
        }
    }

    @Test
    void aPlanIsReadAppliedAndUndone() {
        String topic = kafka.topic(1);
        kafka.produce(topic, 0, 100);
        String group = Kafka.unique("moved");
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 80L));
        try (Tab tab = new Tab().open("/ui/clusters/local/groups/" + group)) {
            tab.page
                    .getByRole(AriaRole.LINK, new GetByRoleOptions().setName("Move…"))
                    .click();
            tab.page.locator("[name=where]").selectOption("current");
            tab.page.locator("[name=value]").fill("-30");
            tab.page
                    .getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Plan"))
                    .click();
            assertThat(tab.page.locator("#plan")).containsText("30 records are read again");
            assertThat(tab.page.locator("#plan .old")).hasText("80");
            assertThat(tab.page.locator("#plan .new")).hasText("50");
            assertThat(tab.page.locator("#cli")).containsText("--shift-by -30");
            assertThat(tab.page.locator("#curl")).containsText("If-Match");
            assertThat(committed(api, group)).isEqualTo(80);
            tab.assertAccessible();
            tab.page.locator("details").last().click();
            tab.shoot("move");

            tab.page.locator("[name=reason]").fill("bad deploy 1432");
            tab.page.locator("#apply").click();
            assertThat(tab.page).hasURL(Pattern.compile("/ui/operations/op-"));
            assertThat(tab.page.locator("main")).containsText("bad deploy 1432");
            assertThat(committed(api, group)).isEqualTo(50);
            tab.assertAccessible();
            tab.shoot("operation");

            tab.page
                    .getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Plan an undo"))
                    .click();
            assertThat(tab.page.locator("#plan .new")).hasText("80");
            tab.page.locator("#apply").click();
            assertThat(tab.page.locator("h1")).containsText("undo");
            assertThat(committed(api, group)).isEqualTo(80);
        }
    }

    @Test
    void whatIsInTheWayIsToldByName() {
        String topic = kafka.topic(1);
        kafka.produce(topic, 0, 10);
        String group = Kafka.unique("busy");
        try (LiveGroup live = kafka.join(group, List.of(topic), Map.of()).awaitAssigned();
                Tab tab =
                        new Tab().open("/ui/clusters/local/groups/" + group + "/move?where=earliest&topic=" + topic)) {
            assertThat(tab.page.locator("#plan .box.bad")).containsText(group + "-member");
            assertThat(tab.page.locator("#apply")).isDisabled();
            assertThat(tab.page.locator("#no-apply")).containsText("in the way");
        }
    }

    @Test
    void aFormThatMakesNoSenseSaysWhy() {
        String topic = kafka.topic(1);
        kafka.produce(topic, 0, 10);
        String group = Kafka.unique("wrong");
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 5L));
        // The status of a page that tells a problem is that problem's, which Chromium writes to the console.
        for (String query : List.of("where=offset&value=99", "where=expert&value=soon", "where=nowhere")) {
            Api.Answer answer = api.get("/ui/clusters/local/groups/" + group + "/move?" + query, "Accept", "text/html");
            assertThat(answer.status()).as(query).isIn(400, 422);
            assertThat(answer.text()).contains("role=\"alert\"").contains("name=\"where\"");
        }
        Api.Answer none = api.get("/ui/clusters/local/groups/no-such-group-here", "Accept", "text/html");
        assertThat(none.status()).isEqualTo(404);
        assertThat(none.text()).contains("<!DOCTYPE html>").contains("no-such-group-here");
    }

    @Test
    void aScriptAsClientIdStaysText() {
        String topic = kafka.topic(1);
        kafka.produce(topic, 0, 10);
        String evil = "<script>window.pwned=1</script>";
        String group = Kafka.unique("evil") + "<img src=x onerror=window.pwned=1>";
        try (LiveGroup live = kafka.join(group, List.of(topic), Map.of("client.id", evil))
                        .awaitAssigned();
                Tab tab = new Tab().open("/ui/clusters/local?search=" + group.substring(0, group.indexOf('<')))) {
            tab.page.locator("table.rows tbody a").first().click();
            assertThat(tab.page.locator("h1")).hasText(group);
            assertThat(tab.page.locator("main")).containsText(evil);
            assertThat(tab.page.evaluate("() => window.pwned === undefined")).isEqualTo(true);
        }
    }

    @Test
    void theRecordAGroupStandsAtIsShownWithItsNeighbours() {
        String topic = kafka.topic(1);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            records.add(new ProducerRecord<>(
                    topic,
                    0,
                    ("k" + i).getBytes(StandardCharsets.UTF_8),
                    ("{\"n\":" + i + "}").getBytes(StandardCharsets.UTF_8)));
        }
        kafka.produce(records);
        String group = Kafka.unique("stands");
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 12L));
        try (Tab tab = new Tab().open("/ui/clusters/local/groups/" + group)) {
            tab.page
                    .getByRole(
                            AriaRole.LINK, new GetByRoleOptions().setName("12").setExact(true))
                    .click();
            Locator here = tab.page.locator("tr.here");
            assertThat(here).containsText("k12");
            assertThat(here).containsText("\"n\" : 12");
            assertThat(tab.page.locator("tbody tr").first()).containsText("k9");
            tab.assertAccessible();
            tab.shoot("record");
            tab.page.locator("[name=position]").fill("20");
            tab.page.keyboard().press("Enter");
            assertThat(tab.page.locator("tbody tr").first()).containsText("k20");
        }
    }

    @Test
    void aConsumerIsPausedScaledAndResumed() {
        String topic = kafka.topic(2);
        kafka.produce(topic, 0, 10);
        Consumers consumers = new Consumers(api, "local");
        String name = Kafka.unique("paged");
        try {
            consumers.define(name, "'topics':['" + topic + "'],'startFrom':'earliest','sink':{'type':'log'}");
            consumers.awaitState(name, "running");
            consumers.awaitTotal(name, "delivered", 10);
            try (Tab tab = new Tab().open("/ui/clusters/local/consumers")) {
                tab.page
                        .getByRole(
                                AriaRole.LINK,
                                new GetByRoleOptions().setName(name).setExact(true))
                        .click();
                assertThat(tab.page.locator("h1")).hasText(name);
                tab.assertAccessible();
                tab.shoot("consumer");
                tab.page
                        .getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Pause"))
                        .click();
                assertThat(tab.page.locator("main .tag").first()).hasText("paused");
                tab.page.locator("[name=members]").fill("2");
                tab.page
                        .getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Scale"))
                        .click();
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                                consumers.get(name).at("/spec/members").asInt())
                        .isEqualTo(2));
                tab.page
                        .getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Resume"))
                        .click();
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                                consumers.get(name).get("desired").asText())
                        .isEqualTo("running"));
            }
        } finally {
            consumers.close();
        }
    }

    @Test
    void aViewerSeesNoButtonThatWorks() throws IOException {
        String topic = kafka.topic(1);
        kafka.produce(topic, 0, 10);
        String group = Kafka.unique("looked-at");
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 8L));
        String hash = BCrypt.with(BCrypt.Version.VERSION_2Y).hashToString(4, PASSWORD.toCharArray());
        Path users = Files.write(folder.resolve("users"), List.of("vera:" + hash + ":viewer"));
        try (PackagedService service = PackagedService.withUsers(
                        users,
                        "fathom.pool.topic-prefix=__fathom_page_",
                        "fathom.security.permissions[0].subject=role:viewer",
                        "fathom.security.permissions[0].level=viewer");
                Tab tab = new Tab(
                        service.api().base(), new Browser.NewContextOptions().setHttpCredentials("vera", PASSWORD))) {
            tab.open("/ui/clusters/local/groups/" + group);
            assertThat(tab.page.locator(".who")).containsText("vera");
            assertThat(tab.page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Move…")))
                    .isDisabled();
            assertThat(tab.page.locator("#no-move")).containsText("operator");
            // Nor the record it stands at, which takes a permission of its own.
            assertThat(tab.page.locator("tbody a[href*='partitions/0']")).hasCount(0);
            tab.open("/ui/clusters/local/groups/" + group + "/move?where=earliest");
            assertThat(tab.page.locator("#plan .new")).hasText("0");
            assertThat(tab.page.locator("#apply")).isDisabled();
            Api.Answer records =
                    service.api().as("vera", PASSWORD).get("/ui/clusters/local/topics/" + topic + "/partitions/0");
            assertThat(records.status()).isEqualTo(403);
            Api.Answer stranger = service.api().get("/", "Accept", "text/html");
            assertThat(stranger.status()).isEqualTo(401);
            assertThat(stranger.header("WWW-Authenticate").orElseThrow()).startsWith("Basic");
        }
    }

    @Test
    void aRestartOfTheServiceIsSurvived() {
        String topic = kafka.topic(1);
        kafka.produce(topic, 0, 10);
        String group = Kafka.unique("survives");
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 8L));
        int port = EmbeddedBroker.freePort();
        String base = "http://127.0.0.1:" + port;
        // Of two properties that are the same the later counts: the service that comes back has the address of the
        // first.
        String[] properties = {
            "quarkus.http.port=" + port,
            "fathom.pool.topic-prefix=__fathom_restart_",
            "fathom.clusters.local.bootstrap-servers=" + Brokers.main().bootstrapServers()
        };
        try (Tab tab = new Tab(base, new Browser.NewContextOptions())) {
            try (PackagedService first = new PackagedService(Map.of(), properties)) {
                awaitAlive(base);
                tab.open("/ui/clusters/local?search=" + group);
                assertThat(tab.row(group)).containsText("2");
                tab.reloads.clear();
            }
            assertThat(tab.page.locator("#said")).containsText("does not answer");
            kafka.produce(topic, 0, 40);
            try (PackagedService second = new PackagedService(Map.of(), properties)) {
                assertThat(tab.row(group)).containsText("42");
                assertThat(tab.page.locator("#said")).isEmpty();
                assertThat(tab.reloads).isEmpty();
            }
            // That a request failed while nothing listened, or the cluster was not reached yet, is told by Chromium and
            // by htmx,
            // and nothing else is.
            tab.complaints.removeIf(complaint -> complaint.contains("net::ERR_")
                    || complaint.contains("a status of 503")
                    || complaint.startsWith("htmx:responseError")
                    || complaint.startsWith("htmx:sendError")
                    || complaint.startsWith("htmx:afterRequest"));
        }
    }

    private static void awaitAlive(String base) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> Api.at(base).get("/q/health/live").status() == 200);
    }

    @Test
    void aFormOfAnotherSiteChangesNothing() throws IOException {
        String topic = kafka.topic(1);
        kafka.produce(topic, 0, 10);
        String group = Kafka.unique("forged");
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 8L));
        String target = api.base() + "/api/v1/clusters/local/groups/" + group + "/resets";
        String form = "<form method=post enctype=text/plain action='" + target
                + "'><input name='{\"dryRun\":false,\"to\":\"earliest"
                + "\",\"reason\":\"' value='\"}'></form><script>document.forms[0].submit()</script>";
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            byte[] page = form.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        other.start();
        try (BrowserContext context = browsers.browser().newContext()) {
            Page page = context.newPage();
            page.navigate("http://localhost:" + other.getAddress().getPort() + "/");
            assertThat(page).hasURL(target, new PageAssertions.HasURLOptions().setTimeout(PATIENCE.toMillis()));
            assertThat(page.locator("body")).containsText("forbidden");
        } finally {
            other.stop(0);
        }
        // What leaves out the origin says where it comes from all the same.
        assertThat(api.post(
                                URI.create(target).getPath(),
                                "{\"dryRun\":false,\"to\":\"earliest\"}",
                                "Sec-Fetch-Site",
                                "cross-site")
                        .problem())
                .isEqualTo("forbidden");
        assertThat(committed(api, group)).isEqualTo(8);
    }

    @Test
    void everyPageIsAccessibleInBothThemesAndNarrow() {
        String topic = kafka.topic(3);
        for (int partition = 0; partition < 3; partition++) {
            kafka.produce(topic, partition, 100);
        }
        String group = Kafka.unique("seen");
        kafka.commit(
                group,
                Map.of(
                        new TopicPartition(topic, 0), 20L,
                        new TopicPartition(topic, 1), 100L,
                        new TopicPartition(topic, 2), 60L));
        kafka.trim(topic, 0, 40);
        boolean pictures = System.getProperty("page.screenshots") != null;
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : List.of(1280, 360)) {
                // Colours and widths have nothing to do with each other: all four are for pictures.
                if (!pictures && (scheme == ColorScheme.LIGHT) != (width == 1280)) {
                    continue;
                }
                try (Tab tab = new Tab(
                        api.base(),
                        new Browser.NewContextOptions().setColorScheme(scheme).setViewportSize(width, 900))) {
                    for (String path : List.of(
                            "",
                            "/groups/" + group,
                            "/groups/" + group + "/move?where=earliest",
                            "/consumers",
                            "/operations")) {
                        tab.open("/ui/clusters/local" + path);
                        tab.assertAccessible();
                        assertThat((Integer) tab.page.evaluate("() => document.documentElement.scrollWidth"))
                                .as(path + " at " + width)
                                .isLessThanOrEqualTo(width);
                        tab.shoot("page"
                                + path.replaceAll("\\?.*", "")
                                        .replace(group, "one")
                                        .replace('/', '-') + "-" + scheme.name().toLowerCase(java.util.Locale.ROOT)
                                + "-" + width);
                    }
                    tab.open("/ui/me");
                    tab.assertAccessible();
                }
            }
        }
    }

    @Test
    void thePageIsSmallAndSaysWhatItMayLoad() throws IOException {
        long own = 0;
        for (String file : List.of("page.css", "page.js", "chart.js")) {
            own += api.get("/fathom/" + file).response().body().length;
        }
        assertThat(own).isLessThanOrEqualTo(30 * 1024);
        Api.Answer overview = api.get("/ui/clusters/local", "Accept", "text/html");
        String policy = overview.header("Content-Security-Policy").orElseThrow();
        assertThat(policy).contains("default-src 'self'").doesNotContain("unsafe");
        assertThat(overview.header("ETag")).isPresent();
        assertThat(api.get("/q/swagger-ui/").header("Content-Security-Policy").orElseThrow())
                .contains("script-src 'self' 'unsafe-inline'");
    }

    @Test
    void whatFathomRunsOnIsShownOnlyWhenAskedFor() {
        String own = "__fathom_shared_coordination";
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(api.get("/ui/clusters/local?internal=true&search=__fathom_shared")
                                .text())
                        .contains(own));
        assertThat(api.get("/ui/clusters/local?search=__fathom_shared").text()).doesNotContain(own);
    }

    @Test
    void itIsOfUseWithoutScript() {
        String topic = kafka.topic(1);
        kafka.produce(topic, 0, 10);
        String group = Kafka.unique("plain");
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 3L));
        try (Tab tab = new Tab(api.base(), new Browser.NewContextOptions().setJavaScriptEnabled(false))) {
            tab.open("/ui/clusters/local?search=" + group);
            assertThat(tab.row(group)).containsText("7");
            tab.page.locator("table.rows tbody a").first().click();
            assertThat(tab.page.locator("h1")).hasText(group);
        }
    }
}
