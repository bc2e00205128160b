package dev.fathom.http.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.http.group.GroupFilter;
import dev.fathom.http.page.Bar.Part;
import dev.fathom.http.page.PlanView.Call;
import dev.fathom.http.problem.ProblemException;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What the page makes of answers of the API. */
class ViewsTest {

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    @Nested
    class OfAGroup {

        @Test
        void aVerdictIsShownWithReasonTimeLagAndForecast() {
            GroupRow row = GroupRow.of(
                    json(
                            "{'id':'a','self':'/api/v1/clusters/c/groups/a','members':2,'topics':1,'lag':{'total':1500,"
                                    + "'timeLag':{'value':'PT1H2M','errorBound':'PT5S'},'catchUpEta':{'earliest':'2026-11-20T10:00:00Z','latest':"
                                    + "'2026-11-20T10:05:00Z'},'verdict':{'status':'stalled','reason':'It stands.','since':'2026-11-20T09:00:00Z'}}}"));
            assertThat(row.status()).isEqualTo("stalled");
            assertThat(row.tone()).isEqualTo("bad");
            assertThat(row.reason()).isEqualTo("It stands.");
            assertThat(row.timeLag()).isEqualTo("1 h 2 min");
            assertThat(row.timeBound()).isEqualTo("5 s");
            assertThat(row.eta()).isEqualTo(new Forecast.Moment("at the end", "2026-11-20T10:05:00Z"));
            assertThat(row.lag()).isEqualTo("1,500");
            assertThat(row.link()).isEqualTo("/ui/clusters/c/groups/a");
        }

        @Test
        void aVerdictInAWordTakesItsReasonFromTheNumbers() {
            Condition condition =
                    Condition.of(json("{'verdict':'behind','members':1,'lag':{'total':7,'effectiveTotal':7,"
                            + "'partitionsBehind':1,'max':{'topic':'t','partition':0,'lag':7}}}"));
            assertThat(condition.word()).isEqualTo("behind");
            assertThat(condition.reason()).contains("t-0 the furthest with 7");
        }

        @Test
        void whatIsNotKnownIsNoNumber() {
            GroupRow row = GroupRow.of(
                    json("{'id':'a','self':'/api/v1/clusters/c/groups/a','members':0,'topics':1,'lag':{'total':null,"
                            + "'unknown':[{'topic':'t','partition':3,'status':'leader-unavailable'}]}}"));
            assertThat(row.lag()).isEqualTo("–");
            assertThat(row.timeLag()).isNull();
            assertThat(row.status()).isEqualTo("partly unknown");
            assertThat(row.reason()).contains("t-3 is leader-unavailable");
        }

        @Test
        void ofManyThatCannotBeReadAFewAreNamedAndTheRestCounted() {
            StringBuilder problems = new StringBuilder();
            for (int i = 0; i < 1000; i++) {
                problems.append(i == 0 ? "" : ",").append("{'id':'g").append(i).append("','title':'t','detail':'d'}");
            }
            Overview overview = Overview.of(
                    "c",
                    new GroupFilter(),
                    null,
                    json("{'items':[],'problems':[" + problems + "],'page':{'total':0},'observedAt':'now'}"));
            assertThat(overview.rows()).hasSize(21);
            assertThat(overview.rows().get(0).reason()).isEqualTo("d");
            assertThat(overview.rows().get(20).id()).isEqualTo("980 more groups");
        }

        @Test
        void whatIsLostOfALagIsNotShownAsReadable() {
            assertThat(GroupRow.of(json(
                                    "{'self':'/api/v1/clusters/c/groups/a','lag':{'total':80,'effectiveTotal':40}}"))
                            .readable())
                    .isEqualTo("40");
            assertThat(GroupRow.of(json(
                                    "{'self':'/api/v1/clusters/c/groups/a','lag':{'total':80,'effectiveTotal':80}}"))
                            .readable())
                    .isNull();
        }

        @Test
        void aNextStepLeadsToThePageThatShowsIt() {
            Finding finding = Finding.all(json("[{'kind':'stalled','severity':'critical','message':'m','next':["
                            + "{'say':'a','method':'GET','href':'/api/v1/clusters/c/topics/t/partitions/1/records?position=5&limit=1'},"
                            + "{'say':'b','method':'POST','href':'/api/v1/clusters/c/groups/g/resets','body':{'dryRun':true,"
                            + "'to':'current+1','targets':[{'topic':'t','partitions':[1]}]}}]}]"))
                    .get(0);
            assertThat(finding.tone()).isEqualTo("bad");
            assertThat(finding.next())
                    .extracting(Finding.Step::link)
                    .containsExactly(
                            "/ui/clusters/c/topics/t/partitions/1?at=5",
                            "/ui/clusters/c/groups/g/move?where=expert&value=current%2B1&topic=t&partitions=1");
        }
    }

    @Nested
    class OfALog {

        @Test
        void partsMeetAndSayTheSameInWords() {
            Bar bar = Bar.of(json("{'committedOffset':0,'firstOffset':100,'lastOffset':1000,'uncommittedTail':200}"));
            assertThat(bar.parts())
                    .containsExactly(
                            new Part("lost", 0, 100), new Part("unread", 100, 700), new Part("held", 800, 200));
            assertThat(bar.at()).isZero();
            assertThat(bar.says()).contains("100 lost").contains("200 held back");
        }

        @Test
        void aCommitAtTheEndIsSeen() {
            Bar bar = Bar.of(json("{'committedOffset':1000,'firstOffset':0,'lastOffset':1000,'uncommittedTail':0}"));
            assertThat(bar.parts()).containsExactly(new Part("log", 0, 1000));
            assertThat(bar.at()).isLessThan(1000);
        }

        @Test
        void whatIsNotKnownIsNotDrawn() {
            assertThat(Bar.of(json("{'committedOffset':null,'firstOffset':0,'lastOffset':1000}")))
                    .isNull();
        }
    }

    @Nested
    class OfAForm {

        private String position(Destination where, String value) {
            return where.position(value).asText();
        }

        @Test
        void everyChoiceIsWrittenAsTheApiWantsIt() {
            assertThat(position(Destination.CURRENT, "-10")).isEqualTo("current-10");
            assertThat(position(Destination.CURRENT, "5")).isEqualTo("current+5");
            assertThat(position(Destination.EARLIEST, null)).isEqualTo("earliest");
            assertThat(position(Destination.EARLIEST, "50")).isEqualTo("earliest+50");
            assertThat(position(Destination.LATEST, " 50 ")).isEqualTo("latest-50");
            assertThat(position(Destination.AGO, "1h30m")).isEqualTo("-PT1H30M");
            assertThat(position(Destination.AGO, "-PT1H")).isEqualTo("-PT1H");
            assertThat(position(Destination.GROUP, "payments")).isEqualTo("group:payments");
            assertThat(position(Destination.NONE, "")).isEqualTo("none");
        }

        @Test
        void whatNeedsAValueSaysSo() {
            assertThatThrownBy(() -> position(Destination.OFFSET, " "))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("needed");
        }

        @Test
        void aSpanOfAnyLengthIsTakenAsItIs() {
            assertThat(position(Destination.AGO, "1h".repeat(20_000))).isEqualTo("-PT" + "1H".repeat(20_000));
        }

        @Test
        void aCommandLineCanHoldAnyQuote() {
            assertThat(new Call("http://h", "/p").curl("{\"reason\":\"it's\"}", "\"e\""))
                    .isEqualTo("curl -s -X POST -H 'Content-Type: application/json' -H 'If-Match: \"e\"' -d"
                            + " '{\"reason\":\"it'\\''s\"}' 'http://h/p'");
        }
    }

    @Test
    void durationsAreWrittenInTwoUnits() {
        assertThat(Shown.duration(Duration.ZERO)).isEqualTo("0 s");
        assertThat(Shown.duration(Duration.ofMillis(350))).isEqualTo("350 ms");
        assertThat(Shown.duration(Duration.ofSeconds(65))).isEqualTo("1 min 5 s");
        assertThat(Shown.duration(Duration.ofHours(49))).isEqualTo("2 d 1 h");
        assertThat(Shown.duration(Duration.ofSeconds(3601))).isEqualTo("1 h");
    }
}
