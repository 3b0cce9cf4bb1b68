package dev.sluice.server.order;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Generates publish requests of every kind. No two events have the same data, so each is identifiable wherever it
/// is delivered.
final class Publications {
    static final List<String> CHANNELS = List.of("news", "chat/7", "chat/8", "a/b/c", "a/b/d", "a/x/c");
    static final List<String> TYPES = List.of("message", "tick", "tock");
    private static final List<String> KEYS = List.of("k", "l", "schlüssel");

    private final Random random;
    private final String name;
    private final int bytesMax;
    private int count;

    /// @param name     the publisher's name, part of all its data
    /// @param bytesMax the most bytes of the few large events
    Publications(Random random, String name, int bytesMax) {
        this.random = random;
        this.name = name;
        this.bytesMax = bytesMax;
    }

    /// A request and its meaning.
    ///
    /// @param drafts    the drafts it publishes, in order
    /// @param once      its idempotency key; null if none
    /// @param isStream  whether its events are appended one by one rather than all or none
    /// @param isCounted whether the answer counts events rather than naming one
    @SuppressWarnings("ArrayRecordComponent") // As sent.
    record Request(
            String target,
            Map<String, String> fields,
            byte[] body,
            List<Draft> drafts,
            @Nullable String once,
            boolean isStream,
            boolean isCounted) {
        /// The idempotency key of one of its events.
        @Nullable
        String once(int index) {
            if (once == null || !isCounted) return once;
            boolean isOnlyEnd = drafts.get(index).content() == null;
            return once + "/" + (isOnlyEnd ? "end" : index + 1);
        }

        @Override
        public String toString() {
            return target + " " + fields + " " + drafts.size();
        }
    }

    /// @param linesMax the most lines of a batch or a streamed body
    Request draw(int linesMax, boolean mayEnd) {
        String once = random.nextInt(3) == 0 ? name + "-once-" + count : null;
        return switch (random.nextInt(8)) {
            case 0 -> batch(linesMax, once, true);
            case 1 -> batch(linesMax, once, false);
            case 2 -> lines(linesMax, once, mayEnd && random.nextInt(10) == 0);
            default -> single(once, mayEnd);
        };
    }

    private Request single(@Nullable String once, boolean mayEnd) {
        boolean ends = mayEnd && random.nextInt(20) == 0;
        String key = key();
        boolean keyEnds = key != null && random.nextInt(6) == 0;
        Content content = content();
        if (random.nextInt(25) == 0 && (keyEnds || !ends)) content = Content.NONE;
        if (ends && !keyEnds && random.nextBoolean()) content = null;
        Draft draft = content == null
                ? Draft.end(channel())
                : new Draft(channel(), type(), EventFields.ofKey(key), content, keyEnds, ends);
        return request(draft, once);
    }

    /// The request for one draft.
    static Request request(Draft draft, @Nullable String once) {
        List<String> query = new ArrayList<>();
        if (!draft.type().equals("message")) query.add("type=" + draft.type());
        if (draft.key() != null) query.add("key=" + ReaderSpec.encoded(draft.key()));
        if (draft.keyEnds()) query.add("remove=true");
        if (draft.ends()) query.add("close=true");
        Map<String, String> fields = new LinkedHashMap<>();
        Content content = draft.content();
        if (content != null && !content.type().equals("text/plain")) fields.put("Content-Type", content.type());
        if (once != null) fields.put("Idempotency-Key", once);
        String target = "/channels/" + draft.channel() + (query.isEmpty() ? "" : "?" + String.join("&", query));
        byte[] body = content == null ? new byte[0] : content.bytes();
        return new Request(target, fields, body, List.of(draft), once, false, false);
    }

    private Request lines(int max, @Nullable String once, boolean ends) {
        ChannelName channel = channel();
        String type = type();
        String key = key();
        List<Draft> drafts = new ArrayList<>();
        StringBuilder body = new StringBuilder();
        for (int i = random.nextInt(max); i >= 0; i--) {
            String line = words().replaceAll("[\r\n]", "|");
            body.append(line).append(random.nextInt(4) == 0 ? "\r\n" : "\n");
            drafts.add(Draft.event(channel, type, EventFields.ofKey(key), text("text/plain", line)));
        }
        if (ends) drafts.add(Draft.end(channel));
        Map<String, String> fields = new LinkedHashMap<>();
        if (once != null) fields.put("Idempotency-Key", once);
        String target = "/channels/" + channel + "?split=line&type=" + type
                + (key == null ? "" : "&key=" + ReaderSpec.encoded(key)) + (ends ? "&close=true" : "");
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        return new Request(target, fields, bytes, drafts, once, true, true);
    }

    private Request batch(int max, @Nullable String once, boolean isAtomic) {
        List<Draft> drafts = new ArrayList<>();
        StringBuilder body = new StringBuilder();
        for (int i = random.nextInt(max); i >= 0; i--) {
            Draft draft = Draft.event(channel(), type(), EventFields.ofKey(key()), content());
            drafts.add(draft);
            body.append(line(draft)).append('\n');
        }
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("Content-Type", "application/x-ndjson");
        if (once != null) fields.put("Idempotency-Key", once);
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        String target = "/channels" + (isAtomic ? "?atomic=true" : "");
        return new Request(target, fields, bytes, drafts, once, !isAtomic, true);
    }

    private static String line(Draft draft) {
        ObjectNode line = Observation.JSON.createObjectNode();
        line.put("channel", draft.channel().value());
        line.put("type", draft.type());
        if (draft.key() != null) line.put("key", draft.key());
        Content content = draft.content();
        String text = new String(content.bytes(), StandardCharsets.UTF_8);
        switch (content.kind()) {
            case TEXT -> line.put("data", text);
            case JSON -> line.set("data", Observation.JSON.readTree(text));
            case BINARY -> line.put("data_base64", Base64.getEncoder().encodeToString(content.bytes()));
        }
        boolean isDefault = List.of("text/plain", "application/json", "application/octet-stream")
                .contains(content.type());
        if (!isDefault) line.put("contentType", content.type());
        return line.toString();
    }

    /// An event without key and conditions.
    Draft plain(String channel, String type) {
        return Draft.event(new ChannelName(channel), type, text("text/plain", words()));
    }

    private Content content() {
        String words = words();
        return switch (random.nextInt(6)) {
            case 0 -> {
                ObjectNode object =
                        Observation.JSON.createObjectNode().put("said", words).put("n", count);
                String json = random.nextBoolean() ? object.toString() : object.toPrettyString();
                yield new Content(ContentKind.JSON, "application/json", json.getBytes(StandardCharsets.UTF_8));
            }
            case 1 -> {
                byte[] bytes = words.getBytes(StandardCharsets.UTF_16);
                yield new Content(ContentKind.BINARY, "application/octet-stream", bytes);
            }
            case 2 -> text("text/html", words);
            default -> text("text/plain", words);
        };
    }

    static Content text(String type, String words) {
        return new Content(ContentKind.TEXT, type, words.getBytes(StandardCharsets.UTF_8));
    }

    /// Text with markers at both ends, so that it is identifiable in joined data.
    private String words() {
        StringBuilder words = new StringBuilder("<" + name + "." + count++ + " ");
        switch (random.nextInt(8)) {
            case 0 -> words.append("two\nlines: data: x");
            case 1 -> words.append("\r\nid: 7\r\rno ").append("\n\nblock");
            case 2 -> words.append("grüße 你好 🌊");
            case 3 -> words.append("x".repeat(random.nextInt(300)));
            default -> {}
        }
        if (random.nextInt(20) == 0) words.append("y".repeat(random.nextInt(bytesMax)));
        return words.append('>').toString();
    }

    /// The start of this publisher's data, `<name.number`; null for another publisher's.
    @Nullable
    String ownText(Content content) {
        String text = new String(
                content.bytes(),
                content.kind() == ContentKind.BINARY ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8);
        int begin = text.indexOf("<" + name + ".");
        return begin < 0 ? null : text.substring(begin, text.indexOf(' ', begin));
    }

    static long number(String ownText) {
        return Long.parseLong(ownText.substring(ownText.indexOf('.') + 1));
    }

    private ChannelName channel() {
        return new ChannelName(CHANNELS.get(random.nextInt(CHANNELS.size())));
    }

    private String type() {
        return TYPES.get(random.nextInt(2) * random.nextInt(3));
    }

    private @Nullable String key() {
        return random.nextBoolean() ? KEYS.get(random.nextInt(KEYS.size())) : null;
    }
}
