package dev.sluice.embed.handler;

import dev.sluice.Request;
import dev.sluice.SseEvent;
import dev.sluice.SseStream;
import dev.sluice.Task;
import dev.sluice.server.http.BodyFraming;
import java.time.Duration;
import java.util.Optional;

/// A stream of Server-Sent Events from a program's handler to one client.
final class HandlerStream implements SseStream {
    private final HandlerSession session;
    private final Request request;
    private final BodyFraming framing;

    HandlerStream(HandlerSession session, Request request, BodyFraming framing) {
        this.session = session;
        this.request = request;
        this.framing = framing;
    }

    @Override
    public void send(String data) {
        send(SseEvent.data(data));
    }

    @Override
    public void send(String event, String data) {
        send(SseEvent.data(data).event(event));
    }

    @Override
    public void json(Object data) {
        send(SseEvent.json(data));
    }

    @Override
    public void json(String event, Object data) {
        send(SseEvent.json(data).event(event));
    }

    @Override
    public void send(SseEvent event) {
        raw(event.text());
    }

    @Override
    public void raw(String events) {
        session.send(framing.piece(events));
    }

    @Override
    public Optional<String> lastEventId() {
        return request.header("Last-Event-ID");
    }

    @Override
    public Request request() {
        return request;
    }

    @Override
    public void every(Duration period, Task task) {
        session.every(period, task);
    }

    @Override
    public void onClose(Task task) {
        session.onEnd(task);
    }

    @Override
    public boolean isOpen() {
        return !session.isOver();
    }

    @Override
    public void close() {
        session.end(framing.end());
    }

    /// Called when the handler has returned.
    void returned() {
        if (!session.hasTimers()) close();
    }
}
