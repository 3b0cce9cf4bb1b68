package dev.sluice.lab.line;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/// One connection of a client together with its connection to the hub. Both end when either side closes or
/// fails.
final class ProxyConnection {
    private static final int BUFFER_BYTES = 16 << 10;
    private static final int RECEIVE_BYTES = 128 << 10;
    private static final int SLICE_BYTES = 1 << 10;

    private final Socket client;
    private final Socket hub = new Socket();
    private final CountingProxy line;

    ProxyConnection(Socket client, CountingProxy line) {
        this.client = client;
        this.line = line;
    }

    /// Forwards bytes until the connection ends. Blocks.
    void run(InetSocketAddress address) {
        try {
            client.setTcpNoDelay(true);
            hub.setTcpNoDelay(true);
            hub.connect(address);
            Thread.ofVirtual().name("sluice-lab-relay-up").start(this::up);
            down();
        } catch (IOException | InterruptedException ended) {
            close(); // One side has closed or failed, so both are closed.
        }
    }

    private void up() {
        try {
            var in = client.getInputStream();
            var out = hub.getOutputStream();
            var buffer = new byte[BUFFER_BYTES];
            for (int read; (read = in.read(buffer)) >= 0; ) {
                line.countUp(read);
                line.fault.pass();
                out.write(buffer, 0, read);
            }
            close();
        } catch (IOException | InterruptedException ended) {
            close(); // One side has closed or failed, so both are closed.
        }
    }

    private void down() throws IOException, InterruptedException {
        InputStream in = hub.getInputStream();
        OutputStream out = client.getOutputStream();
        var held = new BufferedBytes();
        var buffer = new byte[BUFFER_BYTES];
        for (int read; (read = in.read(buffer)) >= 0; ) {
            if (held.holds(buffer, read, line.fault.isBuffering())) continue;
            if (!held.isEmpty()) write(out, held.take());
            write(out, buffer, read);
        }
        if (!held.isEmpty()) write(out, held.take());
        close();
    }

    private void write(OutputStream out, byte[] bytes) throws IOException, InterruptedException {
        write(out, bytes, bytes.length);
    }

    private void write(OutputStream out, byte[] bytes, int length) throws IOException, InterruptedException {
        for (int from = 0; from < length; ) {
            line.fault.pass();
            int slice = line.fault.isSlow() ? Math.min(SLICE_BYTES, length - from) : length - from;
            out.write(bytes, from, slice);
            line.countDown(slice);
            line.fault.pace(slice);
            from += slice;
        }
    }

    /// Shrinks the receive buffer while unplugged: the kernel acknowledges the hub's bytes as long as they
    /// fit into it, but an unreachable client acknowledges none.
    void unplug(boolean is) {
        try {
            hub.setReceiveBufferSize(is ? 1 : RECEIVE_BYTES); // The kernel raises 1 to its minimum, about 2 KB.
        } catch (IOException closed) {
            // The socket is closed, so the hub already knows that the client is gone.
        }
    }

    /// Ends the connection as a broken line does: the client's socket is reset.
    void reset() {
        try {
            client.setSoLinger(true, 0);
        } catch (IOException closed) {
            // The socket is closed, so there is nothing to reset.
        }
        close();
    }

    private void close() {
        for (Socket each : new Socket[] {client, hub}) {
            try {
                each.close();
            } catch (IOException failed) {
                // The socket counts as closed even if close() fails.
            }
        }
    }
}
