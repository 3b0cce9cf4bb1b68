package dev.sluice.durablestreams;

import dev.sluice.BatchItem;
import dev.sluice.BatchResult;
import dev.sluice.Message;
import dev.sluice.PublishResult;
import dev.sluice.Sluice;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the changes of streams to the log. What the hub does not take is refused.
final class StreamWrites {
    private final Sluice hub;

    StreamWrites(Sluice hub) {
        this.hub = hub;
    }

    /// A change of a stream's state.
    ///
    /// @param latest the state's last event, without which the change is refused; null for no condition
    static BatchItem state(String name, String type, String key, Object value, @Nullable String latest) {
        return change(name, Message.json(value).type(type).key(key), latest);
    }

    /// A removal from a stream's state, else as [#state].
    static BatchItem removal(String name, String type, String key, @Nullable String latest) {
        return change(name, Message.json(Map.of()).type(type).key(key).removingKey(), latest);
    }

    private static BatchItem change(String name, Message message, @Nullable String latest) {
        return new BatchItem.Publish(StreamStore.STATES + name, latest == null ? message : message.ifLatest(latest));
    }

    static void addData(
            List<BatchItem> items,
            String name,
            StreamConfig config,
            List<byte[]> messages,
            boolean closes,
            @Nullable String from) {
        for (int i = 0; i < messages.size(); i++) {
            Message message = Message.of(data(config, messages.get(i)));
            if (from != null) message = message.from(from);
            if (closes && i == messages.size() - 1) message = message.closing();
            items.add(new BatchItem.Publish(name, message));
        }
        if (closes && messages.isEmpty()) items.add(new BatchItem.End(name));
    }

    private static Message.Data data(StreamConfig config, byte[] bytes) {
        if (config.isJson()) return new Message.Data(Message.Kind.JSON, StreamConfig.JSON, bytes);
        Message.Kind kind = config.isText() && isUtf8(bytes) ? Message.Kind.TEXT : Message.Kind.BINARY;
        return new Message.Data(kind, config.contentType(), bytes);
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException other) {
            return false; // Such an append is kept as binary data.
        }
    }

    PublishResult publish(String channel, Message message) {
        try {
            return hub.channel(channel).publish(message);
        } catch (IllegalArgumentException invalid) {
            throw invalid(invalid);
        }
    }

    BatchResult publish(List<BatchItem> items) {
        try {
            return hub.publishAll(items);
        } catch (IllegalArgumentException invalid) {
            throw invalid(invalid);
        }
    }

    private static RefusedException invalid(IllegalArgumentException invalid) {
        return RefusedException.of(400, "The hub does not take it: " + invalid.getMessage() + ".");
    }

    static RefusedException refusal(PublishResult reason) {
        return switch (reason) {
            case PublishResult.Full(String detail) -> RefusedException.of(507, detail);
            case PublishResult.TooManyChannels(int max) ->
                RefusedException.of(507, "The log has its maximum of " + max + " channels.");
            case PublishResult.Stored _,
                    PublishResult.Repeated _,
                    PublishResult.KeyReused _,
                    PublishResult.LatestDiffers _,
                    PublishResult.Ended _ -> throw new IllegalStateException("a stream does not expect " + reason);
        };
    }

    static RefusedException busy() {
        return RefusedException.of(503, "Too many requests change this stream at once. Repeat the request.");
    }
}
