package dev.sluice.server.http.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class ParametersTest {
    private static final Set<String> KNOWN = Set.of("after", "since", "limit", "envelope", "heartbeat");

    private static Problem refused(Runnable step) {
        return catchThrowableOfType(ProblemException.class, step::run).problem();
    }

    @Example
    void namesTheNearestKnownParameter() {
        Map<String, String> slips = Map.of(
                "limt",
                "limit",
                "lmiit",
                "limit",
                "afer",
                "after",
                "AFTER",
                "after",
                "envelop",
                "envelope",
                "hearbeat",
                "heartbeat",
                "sinc",
                "since");
        slips.forEach((slip, right) -> {
            Problem problem = refused(() -> Parameters.parse(slip + "=1").allow(KNOWN));
            assertThat(problem.type()).isEqualTo("/problems/unknown-parameter");
            assertThat(problem.field()).isEqualTo(slip);
            assertThat(problem.detail()).endsWith("Did you mean '" + right + "'?");
        });
    }

    @Example
    void countsATranspositionAsOneEdit() {
        assertThat(EditDistance.distance("lats", "last")).isEqualTo(1);
        assertThat(EditDistance.distance("abcd", "badc")).isEqualTo(2);
        assertThat(refused(() -> Parameters.parse("lats=3").allow(Set.of("as", "last", "wait")))
                        .detail())
                .endsWith("Did you mean 'last'?");
    }

    @Example
    void suggestsANameWrittenWithOtherCapitalsOrHyphens() {
        for (String slip : List.of("last-event-id", "LAST_EVENT_ID", "lasteventid")) {
            assertThat(refused(() -> Parameters.parse(slip + "=k-1").allow(Set.of("after", "lastEventId")))
                            .detail())
                    .endsWith("Did you mean 'lastEventId'?");
        }
    }

    @Example
    void listsAllWhereNoneIsNear() {
        assertThat(refused(() -> Parameters.parse("zzzzzzzzzz").allow(KNOWN)).detail())
                .endsWith("There are: after, envelope, heartbeat, limit, since.");
        assertThat(refused(() -> Parameters.parse("x".repeat(10_000)).allow(KNOWN))
                        .detail())
                .hasSizeLessThan(300);
    }

    @Example
    void ignoresNamesThatBeginWithAnUnderscore() {
        Parameters.parse("_=1&_=2&_cachebuster=x").allow(Set.of());
    }

    @Example
    void refusesAParameterTwiceUnlessItMayBeRepeated() {
        var query = Parameters.parse("limit=1&limit=2");
        assertThat(refused(() -> query.allow(KNOWN)).field()).isEqualTo("limit");
        query.allow(Set.of(), Set.of("limit"));
        assertThat(query.all("limit")).containsExactly("1", "2");
    }

    @Example
    void readsNumbersStrictly() {
        assertThat(Parameters.parse("n=007").integer("n", 0, 10)).hasValue(7);
        assertThat(Parameters.parse("n=2147483647").integer("n", 0, Integer.MAX_VALUE))
                .hasValue(Integer.MAX_VALUE);
        assertThat(Parameters.parse("").integer("n", 0, 10)).isEmpty();
        for (String wrong :
                List.of("", "x", "-1", "+1", "1.0", "1e3", "11", "99999999999999999999", "٣", " 1", "0x1")) {
            var query = Parameters.parse("n=" + URLEncoder.encode(wrong, StandardCharsets.UTF_8));
            assertThat(refused(() -> query.integer("n", 0, 10)).detail()).contains("a whole number from 0 to 10");
        }
    }

    @Example
    void readsFlagsStrictly() {
        assertThat(Parameters.parse("f=true").flag("f")).isTrue();
        assertThat(Parameters.parse("f=false").flag("f")).isFalse();
        assertThat(Parameters.parse("").flag("f")).isFalse();
        for (String wrong : List.of("f", "f=", "f=1", "f=TRUE", "f=yes")) {
            assertThat(refused(() -> Parameters.parse(wrong).flag("f")).detail())
                    .contains("'false' or 'true'");
        }
    }

    @Property
    void decodesFormData(@ForAll("texts") String name, @ForAll("texts") String value) {
        String query = URLEncoder.encode(name, StandardCharsets.UTF_8) + "="
                + URLEncoder.encode(value, StandardCharsets.UTF_8);
        assertThat(Parameters.parse(query).all(name)).containsExactly(value);
    }

    @Property
    void parsesOrRefusesAnyQuery(@ForAll("bytes") String query) {
        try {
            Parameters.parse(query).allow(KNOWN);
        } catch (ProblemException refused) {
            assertThat(refused.problem().status()).isEqualTo(400);
            assertThat(new String(refused.problem().json(), StandardCharsets.UTF_8))
                    .doesNotContain("\u0000");
        }
    }

    @Property
    void splitsPathsAfterDecodingThem(@ForAll("texts") String text) {
        String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
        Path path = Path.of("/channels/" + encoded);
        assertThat(path.after(1)).isEqualTo(text);
        assertThat(path.first()).isEqualTo("channels");
    }

    @Property
    void measuresASymmetricDistance(@ForAll("slips") String one, @ForAll("slips") String other) {
        int distance = EditDistance.distance(one, other);
        assertThat(distance).isEqualTo(EditDistance.distance(other, one));
        assertThat(distance).isBetween(Math.abs(one.length() - other.length()), Math.max(one.length(), other.length()));
        assertThat(distance == 0).isEqualTo(one.equals(other));
    }

    @Example
    void acceptsUnencodedUtf8() {
        String raw = new String("/channels/新闻".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(Path.of(raw).after(1)).isEqualTo("新闻");
        assertThat(Path.of("/channels/%E6%96%B0%E9%97%BB").after(1)).isEqualTo("新闻");
        assertThat(Path.of("/channels/a+b%2Bc").after(1)).isEqualTo("a+b+c");
        assertThatThrownBy(() -> Path.of("/channels/\u00ff")).isInstanceOf(ProblemException.class);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings()
                .ofMinLength(1)
                .ofMaxLength(40)
                .filter(text -> StandardCharsets.UTF_8.newEncoder().canEncode(text));
    }

    @Provide
    Arbitrary<String> slips() {
        return Arbitraries.strings().withChars("abc").ofMaxLength(8);
    }

    @Provide
    Arbitrary<String> bytes() {
        return Arbitraries.strings()
                .withCharRange('\u0000', '\u00ff')
                .withChars("%&=+;_")
                .ofMaxLength(60);
    }
}
