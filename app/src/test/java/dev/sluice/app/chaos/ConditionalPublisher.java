package dev.sluice.app.chaos;

import dev.sluice.app.killed.ChannelClient;
import dev.sluice.app.killed.Client;
import dev.sluice.core.history.Publish.Answer;
import dev.sluice.core.history.Publish.Condition;
import dev.sluice.core.history.Publishes;
import org.jspecify.annotations.Nullable;

/// Publishes events on the condition that they follow the newest known event, each once. Several such
/// publishers compete.
final class ConditionalPublisher implements Client {
    private final String name;
    private final ChannelClient channel;
    private final Publishes publishes;
    private @Nullable String newest;

    /// @param name a prefix of its values
    ConditionalPublisher(String name, ChannelClient channel, Publishes publishes) {
        this.name = name;
        this.channel = channel;
        this.publishes = publishes;
    }

    @Override
    public void step(int number) throws InterruptedException {
        String value = name + "-" + number;
        String before = newest;
        String[] headers =
                before == null ? new String[] {"If-None-Match", "*"} : new String[] {"If-Match", "\"" + before + "\""};
        long beganNs = System.nanoTime();
        var answer = channel.publish(value, headers);
        Answer outcome;
        if (answer == null || ChannelClient.isUnavailable(answer)) {
            outcome = new Answer.Unknown();
        } else if (answer.statusCode() == 201) {
            newest = ChannelClient.id(answer);
            outcome = new Answer.Acknowledged(newest);
        } else if (answer.statusCode() == 412) {
            newest = answer.headers().firstValue("Sluice-Latest").orElse(newest);
            outcome = new Answer.Refused();
        } else {
            publishes.fault(value + " was answered " + answer.statusCode() + " " + answer.body());
            return;
        }
        publishes.add(name, value, new Condition(before), beganNs, outcome);
    }
}
