package dev.sluice.sense.live;

import dev.sluice.Message;
import dev.sluice.PublishResult;
import dev.sluice.Sluice;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Publishes to the hub of this process.
public record LocalHubWriter(Sluice hub) implements HubWriter {
    @Override
    public void publish(String channel, String type, @Nullable String key, @Nullable Map<String, Object> data) {
        Message message = Message.json(data == null ? Map.of() : data).type(type);
        if (key != null) message = message.key(key);
        if (data == null) message = message.removingKey();
        PublishResult result = hub.channel(channel).publish(message);
        if (result instanceof PublishResult.Full) throw new IllegalStateException("the hub is full: " + result);
        if (!result.isStored()) throw new IllegalArgumentException(result.toString());
    }
}
