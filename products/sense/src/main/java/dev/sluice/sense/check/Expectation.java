package dev.sluice.sense.check;

import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A condition that an HTTP response must meet.
public sealed interface Expectation
        permits Statuses, Expectation.Header, Expectation.Text, Expectation.Json, Expectation.Latency {
    /// Returns a failure if the response does not meet the condition.
    Optional<Failure> test(WebResponse answer);

    /// Returns true if the condition concerns the body.
    default boolean needsBody() {
        return false;
    }

    /// A header contains this text. Every value contains the empty text, so with it the header only has to be
    /// present.
    record Header(String name, String text) implements Expectation {
        @Override
        public Optional<Failure> test(WebResponse answer) {
            var values = answer.headers().values(name);
            if (values.stream().anyMatch(value -> value.contains(text))) return Optional.empty();
            return Optional.of(new Failure(
                    Phrase.of("header", name, text),
                    values.isEmpty() ? Phrase.of("no-header") : Phrase.text("'" + String.join(", ", values) + "'")));
        }
    }

    /// The body contains this text.
    record Text(String text) implements Expectation {
        @Override
        public Optional<Failure> test(WebResponse answer) {
            if (answer.body().contains(text)) return Optional.empty();
            Phrase found = answer.isWhole()
                    ? found(answer)
                    : Phrase.of("not-in-beginning", answer.body().length() / 1024 + " KiB");
            return Optional.of(new Failure(Phrase.of("body", text), found));
        }

        @Override
        public boolean needsBody() {
            return true;
        }
    }

    /// The body is JSON and has this value at a path.
    record Json(JsonPath path, String value) implements Expectation {
        private static final JsonMapper MAPPER = JsonMapper.shared();

        @Override
        public boolean needsBody() {
            return true;
        }

        @Override
        public Optional<Failure> test(WebResponse answer) {
            try {
                JsonNode node = path.find(MAPPER.readTree(answer.body()));
                String found = node.isString() ? node.asString() : node.toString();
                return !node.isMissingNode() && found.equals(value)
                        ? Optional.empty()
                        : Optional.of(new Failure(
                                Phrase.text(path + " = " + value),
                                node.isMissingNode() ? Phrase.of("no-value") : Phrase.text(found)));
            } catch (JacksonException broken) {
                return Optional.of(new Failure(
                        Phrase.text(path + " = " + value),
                        Phrase.of("no-json", found(answer).toString())));
            }
        }
    }

    /// The response arrived within this time.
    record Latency(Duration max) implements Expectation {
        @Override
        public Optional<Failure> test(WebResponse answer) {
            if (answer.latency().compareTo(max) <= 0) return Optional.empty();
            return Optional.of(new Failure(
                    Phrase.of("answer-within", max.toMillis() + " ms"),
                    Phrase.text(answer.latency().toMillis() + " ms"),
                    Failure.Kind.LATENCY));
        }
    }

    private static Phrase found(WebResponse answer) {
        return answer.body().isBlank() ? Phrase.of("empty-body") : Phrase.text("'" + answer.body() + "'");
    }
}
