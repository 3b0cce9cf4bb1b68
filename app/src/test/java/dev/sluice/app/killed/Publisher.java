package dev.sluice.app.killed;

import dev.sluice.core.history.Publish.Answer;
import dev.sluice.core.history.Publishes;

/// Publishes one event after the other, each at any node until it is acknowledged.
///
/// @param name a prefix of its values
public record Publisher(String name, ChannelClient channel, Publishes publishes) implements Client {
    @Override
    public void step(int number) throws InterruptedException {
        publish(name + "-" + number);
    }

    public void publish(String value) throws InterruptedException {
        long beganNs = System.nanoTime();
        while (true) {
            var answer = channel.publish(value, "Idempotency-Key", channel.channel() + "/" + value);
            if (answer == null || ChannelClient.isUnavailable(answer)) continue;
            if (answer.statusCode() == 201)
                publishes.add(name, value, null, beganNs, new Answer.Acknowledged(ChannelClient.id(answer)));
            else publishes.fault(value + " was answered " + answer.statusCode() + " " + answer.body());
            return;
        }
    }
}
