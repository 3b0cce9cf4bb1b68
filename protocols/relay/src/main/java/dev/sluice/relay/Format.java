package dev.sluice.relay;

import dev.sluice.SseEvent;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The format of a streamed answer: what its events say, and how it is written to an SDK.
enum Format {
    /// OpenAI's Chat Completions: events without names, and `[DONE]` at the end.
    OPENAI_CHAT("openai.chat", "/v1/chat/completions") {
        @Override
        int completed(String type, JsonNode data) {
            int count = 0;
            for (JsonNode choice : data.path("choices")) {
                if (choice.path("finish_reason").isString()) count++;
            }
            return count;
        }

        @Override
        @Nullable
        String failure(String type, JsonNode data) {
            return data.path("error").isObject() ? message(data.path("error")) : null;
        }

        @Override
        JsonNode usage(String type, JsonNode data) {
            return data.path("usage");
        }

        @Override
        Object error(String code, String message) {
            return Map.of("error", Map.of("message", message, "type", "relay_error", "code", code));
        }
    },

    /// OpenAI's Responses: each event is named by its type.
    OPENAI_RESPONSES("openai.responses", "/v1/responses") {
        @Override
        int completed(String type, JsonNode data) {
            return type.equals("response.completed") || type.equals("response.incomplete") ? 1 : 0;
        }

        @Override
        @Nullable
        String failure(String type, JsonNode data) {
            if (type.equals("error")) return message(data);
            return type.equals("response.failed")
                    ? message(data.path("response").path("error"))
                    : null;
        }

        @Override
        JsonNode usage(String type, JsonNode data) {
            return data.path("response").path("usage");
        }

        @Override
        Object error(String code, String message) {
            return Map.of("type", "error", "code", code, "message", message);
        }
    },

    /// Anthropic's Messages: each event is named by its type.
    ANTHROPIC_MESSAGES("anthropic.messages", "/v1/messages") {
        @Override
        int completed(String type, JsonNode data) {
            return type.equals("message_stop") ? 1 : 0;
        }

        @Override
        @Nullable
        String failure(String type, JsonNode data) {
            return type.equals("error") ? message(data.path("error")) : null;
        }

        @Override
        JsonNode usage(String type, JsonNode data) {
            return type.equals("message_start") ? data.path("message").path("usage") : data.path("usage");
        }

        @Override
        Object error(String code, String message) {
            return Map.of("type", "error", "error", Map.of("type", code, "message", message));
        }
    };

    /// What OpenAI's Chat Completions send after the last event.
    static final String DONE = "[DONE]";

    private final String text;
    private final String path;

    Format(String text, String path) {
        this.text = text;
        this.path = path;
    }

    String text() {
        return text;
    }

    /// Returns the path of the provider at which an answer begins.
    String path() {
        return path;
    }

    Provider.Style style() {
        return this == ANTHROPIC_MESSAGES ? Provider.Style.ANTHROPIC : Provider.Style.OPENAI;
    }

    /// Returns the number of choices of which nothing follows this event; a request may ask for more than one.
    abstract int completed(String type, JsonNode data);

    /// Returns the reason if the event ends the answer with a failure.
    abstract @Nullable String failure(String type, JsonNode data);

    /// Returns the usage that the event has; a missing node if it has none.
    abstract JsonNode usage(String type, JsonNode data);

    /// Returns the data of an event with which an SDK ends with an exception.
    abstract Object error(String code, String message);

    /// Returns an event as the provider has sent it.
    SseEvent event(String type, String data) {
        return this == OPENAI_CHAT ? SseEvent.data(data) : SseEvent.data(data).event(type);
    }

    private static String message(JsonNode error) {
        return error.path("message").asString("The provider gave no reason.");
    }
}
