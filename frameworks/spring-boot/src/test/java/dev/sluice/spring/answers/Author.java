package dev.sluice.spring.answers;

import dev.sluice.client.Event;
import dev.sluice.client.Follower;
import dev.sluice.client.Message;
import dev.sluice.client.Publication;
import dev.sluice.client.RefusedException;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SubscribeRequest;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes one answer into a channel of its own: text, then one end, which is also what a reader writes to stop it.
final class Author implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int CONFLICT = 409;

    private final SluiceClient client;
    private final String channel;
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private final Follower follower;

    private Author(SluiceClient client, String channel, String start) {
        this.client = client;
        this.channel = channel;
        follower = client.follow(SubscribeRequest.to(channel).after(start).types("end"), this::heard);
    }

    /// Begins an answer.
    ///
    /// @throws RefusedException with status 412 if the channel has an answer already
    static Author open(SluiceClient client, String channel) throws InterruptedException {
        var start = client.publish(Publication.json(channel, "{}").type("start").ifNoneMatch());
        return new Author(client, channel, start.id());
    }

    private void heard(Message message) {
        if (message instanceof Event event) ended.complete(event.text());
        else if (message instanceof Message.Closed) ended.complete("{}");
    }

    /// The end of the answer as readers see it, whoever wrote it; exceptional if the hub has refused the text or
    /// was away for too long, or if this author has left it.
    CompletableFuture<String> ended() {
        return ended;
    }

    /// Appends text. The future completes when it is stored.
    CompletableFuture<?> append(String text) {
        return publish(Publication.text(channel, text));
    }

    /// Ends the answer as complete.
    ///
    /// @param usage what it cost, or an empty object if that is unknown
    CompletableFuture<?> done(ObjectNode usage) {
        var end = JSON.createObjectNode().put("status", "done");
        if (!usage.isEmpty()) end.set("usage", usage);
        return end(end);
    }

    /// Ends the answer as failed: the reason in a word, the message in a sentence.
    CompletableFuture<?> fail(String reason, String message) {
        return end(JSON.createObjectNode()
                .put("status", "failed")
                .put("reason", reason)
                .put("message", message));
    }

    private CompletableFuture<?> end(ObjectNode end) {
        return publish(Publication.json(channel, end.toString()).type("end").closing());
    }

    private CompletableFuture<?> publish(Publication publication) {
        return client.publishLater(publication).whenComplete((_, failure) -> {
            boolean hasEnded = failure instanceof RefusedException refused
                    && refused.problem().status() == CONFLICT;
            if (failure != null && !hasEnded) ended.completeExceptionally(failure);
        });
    }

    /// Leaves the answer as it is.
    @Override
    public void close() {
        follower.close();
        ended.cancel(false);
    }
}
