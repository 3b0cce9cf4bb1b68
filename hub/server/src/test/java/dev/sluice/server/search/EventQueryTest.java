package dev.sluice.server.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Event;
import dev.sluice.core.event.EventFields;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.json.Json;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The language of searches. The cases are those of the page's filter, too: `page-models.test.mjs`.
final class EventQueryTest {
    private record Example(String channel, String type, String key, String from, Map<String, Object> data) {}

    private record Cases(Example event, List<String> matches, List<String> misses) {}

    @Test
    void matchesLikeTheFilterOfThePage() throws Exception {
        Cases cases;
        try (InputStream file = EventQueryTest.class.getResourceAsStream("query-cases.json")) {
            cases = Json.read(file.readAllBytes(), Cases.class);
        }
        Example example = cases.event;
        var data = new Content(ContentKind.JSON, "application/json", Json.write(example.data));
        Event event = event(Draft.event(
                new ChannelName(example.channel),
                example.type,
                EventFields.ofKey(example.key).with("from", example.from),
                data));
        assertThat(cases.matches)
                .isNotEmpty()
                .allSatisfy(text ->
                        assertThat(EventQuery.parse(text).matches(event)).isTrue());
        assertThat(cases.misses)
                .isNotEmpty()
                .allSatisfy(text ->
                        assertThat(EventQuery.parse(text).matches(event)).isFalse());
    }

    @Test
    void searchesMembersInJsonOnly() {
        var text = new Content(ContentKind.TEXT, "text/plain", "{\"a\":1}".getBytes(StandardCharsets.UTF_8));
        Event event = event(Draft.event(new ChannelName("c"), "message", text));
        assertThat(EventQuery.parse("a=1").matches(event)).isFalse();
        assertThat(EventQuery.parse("\"a\"").matches(event)).isTrue();
    }

    @Test
    void decodesEscapesInJson() {
        byte[] escaped = "{\"a\":\"\\u738B\\u5c0f\",\"n\":1.50}".getBytes(StandardCharsets.UTF_8);
        Event event = event(Draft.event(
                new ChannelName("c"), "message", new Content(ContentKind.JSON, "application/json", escaped)));
        assertThat(EventQuery.parse("王小 1.50 a:王").matches(event)).isTrue();
        assertThat(EventQuery.parse("u738b").matches(event)).isFalse();
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void comparesALongTextOfDigitsInLinearTime() {
        byte[] digits = ("{\"a\":\"" + "1".repeat(1_000_000) + "x\"}").getBytes(StandardCharsets.UTF_8);
        Event event = event(Draft.event(
                new ChannelName("c"), "message", new Content(ContentKind.JSON, "application/json", digits)));
        assertThat(EventQuery.parse("a>1").matches(event)).isFalse();
    }

    @Test
    void isLimited() {
        assertThatThrownBy(() -> EventQuery.parse("a ".repeat(17))).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> EventQuery.parse("a".repeat(1_001))).isInstanceOf(ProblemException.class);
    }

    private static Event event(Draft draft) {
        return Event.of(new Cursor(new Epoch("e1"), 7), 1_000, draft);
    }
}
