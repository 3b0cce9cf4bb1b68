package dev.sluice.embed.handler;

import dev.sluice.Handler;
import dev.sluice.Request;
import dev.sluice.Task;
import dev.sluice.WebSocket;
import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.server.json.Json;
import dev.sluice.server.net.outlet.ReadWatermarks;
import dev.sluice.server.transport.websocket.ProgramWebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A WebSocket connection of a program's handler to one client. Stops reading while too many messages are pending, so
/// that TCP slows the client down.
final class HandlerSocket implements WebSocket, ProgramWebSocket.SocketListener {
    private static final int NORMAL = 1000;
    private static final int ABNORMAL = 1006;
    private static final int INTERNAL_ERROR = 1011;
    private static final int SERVICE_RESTART = 1012;

    @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
    private record Message(byte[] bytes, boolean isText) {}

    private final HandlerSession session;
    private final Request request;
    private final ProgramWebSocket webSocket;
    private final ReadWatermarks gate;

    private final ArrayDeque<Message> waiting = new ArrayDeque<>(0); // Without a callback so far.
    private int pending;
    private long pendingBytes;
    private boolean hasReturned;
    private @Nullable Handler<String> onText;
    private @Nullable Handler<byte[]> onBinary;
    private volatile int code = ABNORMAL;

    /// @param gate decides whether to read, by the messages received and not yet handled
    HandlerSocket(HandlerSession session, Request request, ProgramWebSocket webSocket, ReadWatermarks gate) {
        this.session = session;
        this.request = request;
        this.webSocket = webSocket;
        this.gate = gate;
        session.onFailure(() -> end(INTERNAL_ERROR, "the server failed"));
    }

    // --- sending

    @Override
    public void send(String text) {
        session.send(webSocket.text(text));
    }

    @Override
    public void send(List<String> texts) {
        ByteBuilder frames = new ByteBuilder();
        for (String each : texts) frames.write(webSocket.text(each));
        if (frames.size() > 0) session.send(frames.toByteArray());
    }

    @Override
    public void send(byte[] bytes) {
        session.send(webSocket.binary(bytes));
    }

    @Override
    public void json(Object value) {
        send(new String(Json.write(value), StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        end(NORMAL, "");
    }

    @Override
    public void close(int code, String reason) {
        boolean isNeverSent = code == 1004 || code == 1005 || code == 1006 || code == 1015;
        if (code < 1000 || code > 4999 || isNeverSent) {
            throw new IllegalArgumentException(
                    "code must be 1000 to 4999 and not 1004, 1005, 1006 or 1015, was " + code);
        }
        end(code, reason);
    }

    private void end(int code, String reason) {
        setCode(code);
        session.end(ProgramWebSocket.closeFrame(code, reason));
    }

    private synchronized void setCode(int code) {
        if (!session.isOver() && this.code == ABNORMAL) this.code = code;
    }

    // --- receiving

    @Override
    public void message(byte[] bytes, boolean isText) {
        synchronized (this) {
            waiting.add(new Message(bytes, isText));
            pending++;
            pendingBytes += bytes.length;
        }
        pauseIfFull();
        dispatch(session::enqueueUnlessOver);
    }

    /// Queues callbacks for the waiting messages, up to the first one that has no callback yet.
    private synchronized void dispatch(Consumer<Task> queue) {
        while (true) {
            Message next = waiting.peek();
            if (next == null) return;
            boolean hasCallback = next.isText ? onText != null : onBinary != null;
            if (!hasCallback && !hasReturned) return;
            waiting.remove();
            queue.accept(() -> {
                try {
                    deliver(next);
                } finally {
                    handled(next);
                }
            });
        }
    }

    private void deliver(Message message) throws Exception {
        Handler<String> text;
        Handler<byte[]> binary;
        synchronized (this) {
            text = onText;
            binary = onBinary;
        }
        if (message.isText && text != null) text.handle(new String(message.bytes, StandardCharsets.UTF_8));
        if (!message.isText && binary != null) binary.handle(message.bytes);
    }

    private void handled(Message message) {
        synchronized (this) {
            pending--;
            pendingBytes -= message.bytes.length;
        }
        if (!webSocket.outlet().isReading() && reads(false)) session.onLoop(this::resume);
    }

    private synchronized boolean reads(boolean isReading) {
        return session.isOver() || gate.isOpen(isReading, pending, pendingBytes);
    }

    /// Pauses reading when a limit is reached; TCP's flow control then slows the client down. A session that is over
    /// keeps reading, because that is how a disconnect is noticed.
    private void pauseIfFull() {
        if (reads(true)) return;
        webSocket.outlet().setReading(false);
        // The callbacks may have finished just before the pause, when they saw no reason to resume.
        session.onLoop(this::resume);
    }

    private void resume() {
        if (reads(false)) webSocket.outlet().setReading(true);
    }

    @Override
    public void closed(int code) {
        setCode(code);
        session.clientLeft();
    }

    @Override
    public void disconnected() {
        session.clientLeft();
    }

    @Override
    public void stopping() {
        setCode(SERVICE_RESTART);
        session.end(ProgramWebSocket.stoppingFrame());
    }

    /// The handler has returned: it sets no further callbacks.
    void returned() {
        synchronized (this) {
            hasReturned = true;
        }
        dispatch(session::enqueueCallback);
    }

    @Override
    public void onText(Handler<String> handler) {
        synchronized (this) {
            onText = handler;
        }
        dispatch(session::enqueueCallback);
    }

    @Override
    public void onBinary(Handler<byte[]> handler) {
        synchronized (this) {
            onBinary = handler;
        }
        dispatch(session::enqueueCallback);
    }

    @Override
    public void onClose(CloseHandler handler) {
        session.onEnd(() -> handler.closed(code));
    }

    // --- common to all connections

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
}
