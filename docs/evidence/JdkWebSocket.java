import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Shows, without any of Sluice, that the WebSocket client of java.net.http may lose what a server sends close behind
/// its handshake: of 100 messages, all sent at once, the first 16 KiB come, and then nothing more ever does.
///
///     java docs/evidence/JdkWebSocket.java
///
/// OpenJDK 25.0.3 on two busy cores: once in 10 to 100 connections.
class JdkWebSocket {
    private static final int MESSAGES = 100;
    private static final int BYTES = 180;
    private static final int ROUNDS = 500;

    static void main() throws Exception {
        try (var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var http = HttpClient.newHttpClient()) {
            Thread.ofVirtual().start(() -> accept(server));
            var uri = URI.create("ws://127.0.0.1:" + server.getLocalPort());
            int lost = 0;
            for (int round = 0; round < ROUNDS; round++) {
                var missing = new CountDownLatch(MESSAGES);
                var socket = http.newWebSocketBuilder().buildAsync(uri, new Counter(missing)).join();
                if (!missing.await(2, TimeUnit.SECONDS)) {
                    lost++;
                    IO.println("round " + round + ": nothing comes behind message " + (MESSAGES - missing.getCount()));
                }
                socket.abort();
            }
            IO.println(lost + " of " + ROUNDS + " connections lost messages");
        }
    }

    private record Counter(CountDownLatch missing) implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean isLast) {
            if (isLast) missing.countDown();
            socket.request(1);
            return null;
        }
    }

    private static void accept(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                var client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void serve(Socket client) {
        try (client) {
            var in = new BufferedReader(new InputStreamReader(client.getInputStream()));
            var key = "";
            for (String line; !(line = in.readLine()).isEmpty(); ) {
                if (line.startsWith("Sec-WebSocket-Key:")) key = line.substring(18).strip();
            }
            var sha = MessageDigest.getInstance("SHA-1");
            var accept = sha.digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes());
            var out = new ByteArrayOutputStream();
            out.writeBytes(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(accept) + "\r\n\r\n")
                    .getBytes());
            for (int i = 0; i < MESSAGES; i++) {
                out.writeBytes(new byte[] {(byte) 0x81, 126, 0, (byte) BYTES}); // RFC 6455 §5.2: one whole text
                out.writeBytes("x".repeat(BYTES).getBytes());
            }
            client.getOutputStream().write(out.toByteArray());
            in.transferTo(java.io.Writer.nullWriter()); // Until the client leaves.
        } catch (IOException left) {
            // The client has left.
        } catch (java.security.NoSuchAlgorithmException broken) {
            throw new IllegalStateException(broken);
        }
    }
}
