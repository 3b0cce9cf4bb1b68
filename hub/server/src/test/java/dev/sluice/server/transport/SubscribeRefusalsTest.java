package dev.sluice.server.transport;

import static dev.sluice.server.transport.SubscribeRequests.from;
import static dev.sluice.server.transport.SubscribeRequests.parse;
import static dev.sluice.server.transport.SubscribeRequests.refused;
import static dev.sluice.server.transport.SubscribeRequests.sse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Requests;
import dev.sluice.server.subscribe.SubscribeRequest.Errors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Invalid subscribe requests, and how the client learns the reason.
final class SubscribeRefusalsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /channels/x?after=a b                 | after
                    /channels/x?after=                    | after
                    /channels/x?after=yesterday           | after
                    /channels/x?after=a-01                | after
                    /channels/x?after=a&after=b           | after
                    /channels/x?after=%22                 | after
                    /channels/x?since=10                  | since
                    /channels/x?since=10w                 | since
                    /channels/x?since=-10m                | since
                    /channels/x?since=2026-11-20          | since
                    /channels/x?since=2026-11-20T08:00:00 | since
                    /channels/x?since=2026-02-30T08:00:00Z| since
                    /channels/x?since=                    | since
                    /channels/x?last=-1                   | last
                    /channels/x?last=10001                | last
                    /channels/x?last=ten                  | last
                    /channels/x?snapshot=yes              | snapshot
                    /channels/x?after=a&last=1            | last
                    /channels/x?since=1m&snapshot=true    | snapshot
                    /channels/x?before=a-1&after=a-1      | before
                    /channels/x?before=nothing            | before
                    /channels/x?before=a-1&coalesce=true  | coalesce
                    /channels/x?type=                     | type
                    /channels/x?type=a,,b                 | type
                    /channels/x?type=a%00                 | type
                    /channels/x?conflate=1                | conflate
                    /channels/x?coalesce=                 | coalesce
                    /channels/x?limit=0                   | limit
                    /channels/x?limit=1001                | limit
                    /channels/x?limit=5&as=sse            | limit
                    /channels/x?wait=61                   | wait
                    /channels/x?wait=1.5                  | wait
                    /channels/x?wait=1&as=ndjson          | wait
                    /channels/x?envelope=xml&as=sse       | envelope
                    /channels/x?envelope=raw              | envelope
                    /channels/x?envelope=raw&wait=5       | envelope
                    /channels/x?envelope=raw&as=ndjson    | envelope
                    /channels/x?envelope=json&as=text     | envelope
                    /channels/x?gap=ignore                | gap
                    /channels/x?gap=event&as=text         | gap
                    /channels/x?heartbeat=4&as=sse        | heartbeat
                    /channels/x?heartbeat=121&as=sse      | heartbeat
                    /channels/x?heartbeat=,event&as=sse   | heartbeat
                    /channels/x?heartbeat=10,events&as=sse| heartbeat
                    /channels/x?heartbeat=event&as=ndjson | heartbeat
                    /channels/x?heartbeat=10              | heartbeat
                    /channels/x?padding=65537&as=sse      | padding
                    /channels/x?padding=1&as=ndjson       | padding
                    /channels/x?errors=all&as=sse         | errors
                    /channels/x?errors=event              | errors
                    /channels/x/*?presence=true           | presence
                    /channels/**?presence=true            | presence
                    /channels/$x?presence=true            | presence
                    /channels/x?presence=1                | presence
                    /channels/x?join=true&as=sse          | client
                    /channels/x?join=true&client=&as=sse  | client
                    /channels/x?join=true&client=a%0A&as=text | client
                    /channels/x?client=a&as=sse           | client
                    /channels/x?join=true&client=a        | join
                    /channels/x/*?join=true&client=a&as=sse | join
                    /channels/$presence/x?join=true&client=a&as=sse | join
                    /channels/x?ticket=x                  | ticket
                    /channels/x?as=sse&as=sse             | as
                    /channels/x?name=y                    | name
                    /channels                             | name
                    /channels?as=sse                      | name
                    /channels?name=                       | name
                    /channels?name=a//b                   | name
                    /channels/                            | path
                    /channels/a//b                        | path
                    /channels/a/../b                      | path
                    /channels/a*                          | path
                    /channels/**/a                        | path
                    /channels/a%0Ab                       | path
                    """)
    void refuses(String target, String field) {
        Problem problem = refused(Requests.get(target.strip().replace(" ", "%20")));
        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.field()).isEqualTo(field);
        assertThat(problem.detail()).matches("[A-Z].*[^.][.?]");
    }

    @Test
    void explainsWhatToUseInsteadOfAPattern() {
        assertThat(refused(Requests.get("/channels?name=a&name=b/*&join=true&client=me&as=sse"))
                        .detail())
                .isEqualTo("With join=true channels are named in full, and 'b/*' is a pattern: name each of them.");
        String names = IntStream.rangeClosed(1, 33).mapToObj(i -> "name=c" + i).collect(Collectors.joining("&"));
        assertThat(refused(Requests.get("/channels?presence=true&" + names)).detail())
                .endsWith("name 32 at most.");
        assertThat(refused(Requests.get("/channels/" + "x".repeat(246) + "?presence=true"))
                        .detail())
                .contains("at most 245 bytes");
    }

    @Test
    void refusesARawWebSocketOfSeveralChannels() {
        for (String target : new String[] {
            "/channels/x/*?envelope=raw",
            "/channels?name=a&name=b&envelope=raw",
            "/channels/x?presence=true&envelope=raw"
        }) {
            Problem problem = refused(Requests.get(target, "Upgrade", "websocket", "Connection", "Upgrade"));
            assertThat(problem.field()).isEqualTo("envelope");
        }
    }

    @Test
    void refusesMoreNamesThanASelectionMayHave() {
        String names = IntStream.rangeClosed(1, 65).mapToObj(i -> "name=c" + i).collect(Collectors.joining("&"));
        assertThat(refused(Requests.get("/channels?" + names)).detail()).contains("at most 64 names, this one has 65");
        assertThat(sse("/channels?" + names.substring(0, names.lastIndexOf('&')))
                        .subscription()
                        .selection()
                        .patterns())
                .hasSize(64);
    }

    @Test
    void refusesALongCursorInTheUrlButNotInLastEventId() {
        String longest = "a".repeat(512);
        // It may be of another hub: the log reports a gap.
        assertThat(from("_=1", "Last-Event-ID", longest)).isEqualTo(new From.Resume(longest));
        assertThat(from("_=1", "Last-Event-ID", "p0.17~p1.4_x")).isEqualTo(new From.Resume("p0.17~p1.4_x"));
        assertThat(refused(Requests.get("/channels/x?after=" + longest)).field())
                .isEqualTo("after");
        for (String foreign : new String[] {longest + "a", "a,b", "1/2", "@@@", "{\"id\":7}"}) {
            assertThat(from("_=1", "Last-Event-ID", foreign)).isEqualTo(new From.Resume(foreign));
        }
        assertThat(refused(Requests.get("/channels/x", "Last-Event-ID", "a", "Last-Event-ID", "b"))
                        .field())
                .isEqualTo("Last-Event-ID");
    }

    @Test
    void findsTheErrorsParameterOfAnInvalidRequest() {
        assertThat(Errors.of(Requests.get("/channels/x?errors=event&limt=1").parameters()))
                .isEqualTo(Errors.EVENT);
        assertThat(Errors.of(Requests.get("/channels/x?errors=status").parameters()))
                .isEqualTo(Errors.STATUS);
        assertThat(Errors.of(Requests.get("/channels/x?errors=nonsense").parameters()))
                .isEqualTo(Errors.USUAL);
    }

    @Property(tries = 2000)
    void acceptsAnyQueryOrRefusesItWithADetail(@ForAll("queries") String query) {
        RequestHead request = Requests.get("/channels/x?" + query);
        try {
            parse(request);
        } catch (ProblemException refused) {
            assertThat(refused.problem().status()).isEqualTo(400);
            assertThat(refused.problem().detail()).isNotBlank();
        }
    }

    @Provide
    Arbitrary<String> queries() {
        Arbitrary<String> names = Arbitraries.of(
                "as",
                "after",
                "since",
                "last",
                "snapshot",
                "before",
                "type",
                "conflate",
                "coalesce",
                "limit",
                "wait",
                "envelope",
                "gap",
                "heartbeat",
                "padding",
                "errors",
                "name",
                "_x",
                "oops");
        Arbitrary<String> values = Arbitraries.oneOf(
                Arbitraries.of(
                        "true",
                        "false",
                        "sse",
                        "json",
                        "raw",
                        "event",
                        "fail",
                        "earliest",
                        "latest",
                        "10m",
                        "5",
                        "a-1",
                        "10,event",
                        "2026-11-20T08:00:00Z",
                        "",
                        "%00",
                        "a,b"),
                Arbitraries.strings().alpha().numeric().withChars("-.,:").ofMaxLength(12));
        return net.jqwik.api.Combinators.combine(names, values)
                .as((name, value) -> name + "=" + value)
                .list()
                .ofMaxSize(4)
                .map(pairs -> String.join("&", pairs));
    }
}
