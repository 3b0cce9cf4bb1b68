package dev.sluice.demos.typewriter;

import dev.sluice.wire.SseBlock;
import dev.sluice.wire.SseParser;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads a streamed chat completion: Server-Sent Events whose data is a JSON object with the next few
/// characters, and finally `[DONE]`.
///
/// ```
/// data: {"choices":[{"delta":{"content":"Hel"},"finish_reason":null}]}
/// ```
final class ChatStream {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int ANSWER_CHARACTERS_MAX = 200_000;

    /// An endless line must not exhaust the memory. The envelope of each token has some hundred bytes, so this
    /// allows a text of several thousand words.
    private static final int BYTES_MAX = 8 << 20;

    private final AnswerGenerator.Paper paper;
    private int characters;
    private boolean isComplete;
    private boolean isOver;

    private ChatStream(AnswerGenerator.Paper paper) {
        this.paper = paper;
    }

    /// Reads to the end, to the limit, or until no more pieces are wanted.
    ///
    /// @param onPart runs whenever something has arrived, including comments
    /// @throws IncompleteAnswerException if the answer is incomplete
    static void read(InputStream body, Runnable onPart, AnswerGenerator.Paper paper)
            throws IOException, IncompleteAnswerException {
        var stream = new ChatStream(paper);
        var parser = new SseParser();
        byte[] buffer = new byte[8192];
        int left = BYTES_MAX;
        for (int count; !stream.isOver && left > 0 && (count = body.read(buffer)) >= 0; left -= count) {
            onPart.run();
            for (SseBlock block : parser.parse(Arrays.copyOf(buffer, count))) {
                if (!stream.isOver && block.data() != null)
                    stream.event(block.data().strip());
            }
        }
        if (!stream.isOver && !stream.isComplete) throw IncompleteAnswerException.cut();
    }

    private void event(String data) throws IncompleteAnswerException {
        if (data.equals("[DONE]")) {
            isOver = true;
            return;
        }
        JsonNode chunk = json(data);
        if (chunk.path("error").isObject()) throw IncompleteAnswerException.failedMidway();
        JsonNode choice = chunk.path("choices").path(0); // The last chunk may have token counts instead of choices.
        JsonNode content = choice.path("delta").path("content");
        if (content.isString()) add(content.stringValue());
        JsonNode finish = choice.path("finish_reason");
        if (finish.isString()) finish(finish.stringValue());
    }

    private void add(String piece) throws IncompleteAnswerException {
        characters += piece.length();
        if (characters > ANSWER_CHARACTERS_MAX) throw IncompleteAnswerException.tooLong();
        if (!piece.isEmpty() && !paper.add(piece)) isOver = true;
    }

    private void finish(String reason) throws IncompleteAnswerException {
        if (reason.equals("length")) throw IncompleteAnswerException.limited();
        if (reason.equals("content_filter")) throw IncompleteAnswerException.filtered();
        isComplete = true; // Some servers send this instead of [DONE].
    }

    private static JsonNode json(String data) throws IncompleteAnswerException {
        try {
            return JSON.readTree(data);
        } catch (JacksonException broken) {
            throw IncompleteAnswerException.failedMidway();
        }
    }
}
