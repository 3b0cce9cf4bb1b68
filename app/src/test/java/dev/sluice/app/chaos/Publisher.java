package dev.sluice.app.chaos;

import dev.sluice.app.chaos.Publish.Answer;

/// Publishes one event after the other, each at any node until it is acknowledged.
///
/// @param name a prefix of its values
record Publisher(String name, ChannelClient channel, History history) implements Client {
    @Override
    public void step(int number) throws InterruptedException {
        publish(name + "-" + number);
    }

    void publish(String value) throws InterruptedException {
        long beganNs = System.nanoTime();
        while (true) {
            var answer = channel.publish(value, "Idempotency-Key", channel.channel() + "/" + value);
            if (answer == null || ChannelClient.isUnavailable(answer)) continue;
            if (answer.statusCode() == 201)
                history.add(name, value, null, beganNs, new Answer.Acknowledged(ChannelClient.id(answer)));
            else history.fault(value + " was answered " + answer.statusCode() + " " + answer.body());
            return;
        }
    }
}
