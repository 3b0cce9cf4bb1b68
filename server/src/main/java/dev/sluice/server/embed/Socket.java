package dev.sluice.server.embed;

import dev.sluice.Handler;
import dev.sluice.Request;
import dev.sluice.Task;
import dev.sluice.WebSocket;
import dev.sluice.server.json.Json;
import dev.sluice.server.transport.websocket.Conversation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// A program's conversation with one client. Stops reading while more waits for the callbacks than they
/// keep up with.
final class Socket implements WebSocket, Conversation.Listener {
    /// Messages that have come and are not done with.
    private static final int WAITING_MAX = 64;

    private static final int NORMAL = 1000;
    private static final int BROKEN_LINE = 1006;
    private static final int FAILED = 1011;
    private static final int RESTART = 1012;

    @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
    private record Message(byte[] bytes, boolean isText) {}

    private final Session session;
    private final Request request;
    private final Conversation conversation;
    private final long waitingBytesMax;

    private final ArrayDeque<Message> waiting = new ArrayDeque<>(0); // For a callback to be named.
    private int unfinished;
    private long unfinishedBytes;
    private boolean hasReturned;
    private @Nullable Handler<String> onText;
    private @Nullable Handler<byte[]> onBinary;
    private volatile int code = BROKEN_LINE;

    /// @param waitingBytesMax of messages that are not done with, before no more are read
    Socket(Session session, Request request, Conversation conversation, long waitingBytesMax) {
        this.session = session;
        this.request = request;
        this.conversation = conversation;
        this.waitingBytesMax = waitingBytesMax;
        session.onFailure(() -> end(FAILED, "the server failed"));
    }

    // --- out

    @Override
    public void send(String text) {
        session.send(conversation.text(text));
    }

    @Override
    public void send(byte[] bytes) {
        session.send(conversation.binary(bytes));
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
            throw new IllegalArgumentException("code is 1000 to 4999 and one that is sent, was " + code);
        }
        end(code, reason);
    }

    private void end(int code, String reason) {
        over(code);
        session.end(Conversation.goodbye(code, reason));
    }

    private synchronized void over(int code) {
        if (!session.isOver() && this.code == BROKEN_LINE) this.code = code;
    }

    // --- in

    @Override
    public void message(byte[] bytes, boolean isText) {
        synchronized (this) {
            waiting.add(new Message(bytes, isText));
            unfinished++;
            unfinishedBytes += bytes.length;
        }
        hold();
        pass();
    }

    /// Passes on what has a callback.
    private synchronized void pass() {
        while (true) {
            Message next = waiting.peek();
            if (next == null) return;
            boolean isWanted = next.isText ? onText != null : onBinary != null;
            if (!isWanted && !hasReturned) return;
            waiting.remove();
            session.callBack(() -> {
                try {
                    deliver(next);
                } finally {
                    done(next);
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

    private void done(Message message) {
        synchronized (this) {
            unfinished--;
            unfinishedBytes -= message.bytes.length;
            if (!mayGoOn()) return;
        }
        if (!conversation.channel().config().isAutoRead()) session.onLoop(this::goOn);
    }

    /// Half of it is done: going on for each message would cost more than the message.
    private synchronized boolean mayGoOn() {
        return unfinished <= WAITING_MAX / 2 && unfinishedBytes <= waitingBytesMax / 2;
    }

    private synchronized boolean isFull() {
        return unfinished >= WAITING_MAX || unfinishedBytes >= waitingBytesMax;
    }

    /// Reads no more for now: TCP's window then holds up the client. Once the session is over it reads again, which is
    /// how the client's leaving is noticed.
    private void hold() {
        if (!isFull() || session.isOver()) return;
        conversation.channel().config().setAutoRead(false);
        session.onLoop(this::goOn); // The callbacks may have been done just before, and have seen no reason to say so.
    }

    private void goOn() {
        var config = conversation.channel().config();
        if (!config.isAutoRead() && (mayGoOn() || session.isOver())) config.setAutoRead(true);
    }

    @Override
    public void ended(int code) {
        over(code);
        session.left();
    }

    @Override
    public void left() {
        session.left();
    }

    @Override
    public void stopping() {
        over(RESTART);
        session.end(Conversation.stopping());
    }

    /// The handler has returned: it names no further callback.
    void returned() {
        synchronized (this) {
            hasReturned = true;
        }
        pass();
    }

    @Override
    public void onText(Handler<String> handler) {
        synchronized (this) {
            onText = handler;
        }
        pass();
    }

    @Override
    public void onBinary(Handler<byte[]> handler) {
        synchronized (this) {
            onBinary = handler;
        }
        pass();
    }

    @Override
    public void onClose(CloseHandler handler) {
        session.onEnd(() -> handler.closed(code));
    }

    // --- what all connections have

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
