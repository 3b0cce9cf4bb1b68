package dev.sluice.server.doctor;

import dev.sluice.server.transport.websocket.ProgramWebSocket;

/// [PacedEvents] over a WebSocket. A message from the client ends it, because a doctor sends no messages.
final class PacedSocket implements ProgramWebSocket.SocketListener {
    private static final int NORMAL = 1000;
    private static final int POLICY = 1008;

    private final ProgramWebSocket socket;
    private final PacedEvents events;

    PacedSocket(ProgramWebSocket socket, PacedEvents events) {
        this.socket = socket;
        this.events = events;
        events.begin(socket.outlet(), (_, data) -> socket.text(data), ProgramWebSocket.closeFrame(NORMAL, ""));
    }

    @Override
    public void message(byte[] bytes, boolean isText) {
        end(ProgramWebSocket.closeFrame(POLICY, "This WebSocket takes no messages."));
    }

    @Override
    public void closed(int code) {
        events.close();
    }

    @Override
    public void disconnected() {
        events.close();
    }

    @Override
    public void stopping() {
        end(ProgramWebSocket.stoppingFrame());
    }

    private void end(byte[] frame) {
        if (events.isOver()) return;
        events.close();
        socket.outlet().send(frame, () -> {});
        socket.outlet().end(true);
    }
}
