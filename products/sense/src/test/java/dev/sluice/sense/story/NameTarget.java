package dev.sluice.sense.story;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Arrays;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/// A name server with one address, which can be changed or stop being answered.
final class NameTarget implements AutoCloseable {
    private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private volatile String address = "192.0.2.7";

    NameTarget() throws IOException {
        Thread.ofVirtual().start(() -> {
            while (!socket.isClosed()) answer();
        });
    }

    /// @param other empty if the server does not answer
    void say(String other) {
        address = other;
    }

    int port() {
        return socket.getLocalPort();
    }

    private void answer() {
        try {
            var packet = new DatagramPacket(new byte[512], 512);
            socket.receive(packet);
            if (address.isEmpty()) return;
            var query = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
            Record question = query.getQuestion();
            var answer = new Message(query.getHeader().getID());
            answer.getHeader().setFlag(Flags.QR);
            answer.addRecord(question, Section.QUESTION);
            answer.addRecord(
                    Record.fromString(question.getName(), question.getType(), 1, 60, address, question.getName()),
                    Section.ANSWER);
            byte[] wire = answer.toWire();
            socket.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
        } catch (IOException closed) {
            return; // At the end of the test.
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
