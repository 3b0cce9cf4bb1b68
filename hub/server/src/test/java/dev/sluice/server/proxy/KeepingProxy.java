package dev.sluice.server.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A proxy that keeps its connection to the server when a client has gone, and goes on reading from it, as
/// node-http-proxy 1.18 does: the server's bytes are acknowledged for ever.
public final class KeepingProxy implements AutoCloseable {
    private final int server;
    private final ServerSocket listener;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    /// @param server its port on this machine
    public KeepingProxy(int server) {
        this.server = server;
        try {
            this.listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket upstream = new Socket(InetAddress.getLoopbackAddress(), server);
                sockets.addAll(List.of(client, upstream));
                Thread.ofVirtual().start(() -> forward(client, upstream, false));
                Thread.ofVirtual().start(() -> forward(upstream, client, true));
            }
        } catch (IOException closed) {
            close();
        }
    }

    /// @param isDown from the server, whose end is passed on
    private static void forward(Socket from, Socket to, boolean isDown) {
        byte[] part = new byte[8 << 10];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            boolean isGone = false;
            for (int count; (count = in.read(part)) >= 0; ) {
                if (!isGone) isGone = !write(out, part, count);
            }
            if (isDown) to.close();
        } catch (IOException broken) {
            // The client has gone, of which the server learns nothing.
        }
    }

    private static boolean write(OutputStream out, byte[] part, int count) {
        try {
            out.write(part, 0, count);
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket each : sockets) each.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
