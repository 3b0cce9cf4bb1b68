package dev.sluice.demos.typewriter;

import java.io.BufferedReader;
import java.io.IOException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A chat completion as it is streamed: Server-Sent Events whose data is a JSON object with the next few
/// letters, and at last `[DONE]`.
///
/// ```
/// data: {"choices":[{"delta":{"content":"Hel"},"finish_reason":null}]}
/// ```
final class ChatStream {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int ANSWER_CHARACTERS_MAX = 200_000;

    private final Author.Paper paper;
    private int characters;
    private boolean isWhole;
    private boolean isOver;

    private ChatStream(Author.Paper paper) {
        this.paper = paper;
    }

    /// Reads to the end, or until nobody wants more.
    ///
    /// @param heard is told of every line, also of those that say nothing
    /// @throws Trouble if the answer is not whole
    static void read(BufferedReader lines, Runnable heard, Author.Paper paper) throws IOException, Trouble {
        var stream = new ChatStream(paper);
        var data = new StringBuilder();
        for (String line; !stream.isOver && (line = lines.readLine()) != null; ) {
            heard.run();
            // Comments keep the line alive, other fields are not used (WHATWG HTML §9.2.6).
            if (line.startsWith("data:")) data.append(line, 5, line.length()).append('\n');
            if (!line.isEmpty() || data.isEmpty()) continue;
            stream.event(data.toString().strip());
            data.setLength(0);
        }
        if (!stream.isOver && !stream.isWhole) throw Trouble.cut();
    }

    private void event(String data) throws Trouble {
        if (data.equals("[DONE]")) {
            isOver = true;
            return;
        }
        JsonNode chunk = json(data);
        if (chunk.path("error").isObject()) throw Trouble.failedMidway();
        JsonNode choice = chunk.path("choices").path(0); // The last chunk may have none: it counts tokens.
        JsonNode content = choice.path("delta").path("content");
        if (content.isString()) say(content.stringValue());
        JsonNode finish = choice.path("finish_reason");
        if (finish.isString()) finish(finish.stringValue());
    }

    private void say(String piece) throws Trouble {
        characters += piece.length();
        if (characters > ANSWER_CHARACTERS_MAX) throw Trouble.tooLong();
        if (!piece.isEmpty() && !paper.add(piece)) isOver = true;
    }

    private void finish(String reason) throws Trouble {
        if (reason.equals("length")) throw Trouble.limited();
        if (reason.equals("content_filter")) throw Trouble.filtered();
        isWhole = true; // Servers that never say [DONE] say this.
    }

    private static JsonNode json(String data) throws Trouble {
        try {
            return JSON.readTree(data);
        } catch (JacksonException broken) {
            throw Trouble.failedMidway();
        }
    }
}
