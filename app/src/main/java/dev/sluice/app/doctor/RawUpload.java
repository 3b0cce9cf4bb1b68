package dev.sluice.app.doctor;

import dev.sluice.wire.HttpChunk;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// An upload whose lines leave this machine one after the other. It uses its own socket, because an HTTP
/// client may read lines ahead, and send them together.
///
/// @param status the status of the answer
/// @param body   the answer, with its head
record RawUpload(int status, String body, long tookMs) {
    private static final String LINE = "a line of the doctor\n";
    private static final int BYTES_MAX = 64 << 10;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})");
    private static final Pattern TIMES = Pattern.compile("\"first\":([0-9]{1,15}),\"last\":([0-9]{1,15})");

    static RawUpload send(HubPath path, int lines, int everyMs) throws IOException, InterruptedException {
        try (Socket socket = open(path)) {
            OutputStream out = socket.getOutputStream();
            write(out, head(path).getBytes(StandardCharsets.ISO_8859_1));
            long beginNs = System.nanoTime();
            long tookNs = 0;
            try {
                for (int i = 0; i < lines; i++) {
                    if (i > 0) TimeUnit.MILLISECONDS.sleep(everyMs);
                    write(out, HttpChunk.encoded(LINE.getBytes(StandardCharsets.US_ASCII)));
                    tookNs = System.nanoTime() - beginNs;
                }
                write(out, HttpChunk.encoded(new byte[0]));
            } catch (SocketException closed) {
                // A proxy that refuses uploads may have answered before their end (RFC 9112 §9.5).
                return answer(socket, TimeUnit.NANOSECONDS.toMillis(tookNs));
            }
            return answer(socket, TimeUnit.NANOSECONDS.toMillis(tookNs));
        }
    }

    private static RawUpload answer(Socket socket, long tookMs) throws IOException {
        String text = new String(socket.getInputStream().readNBytes(BYTES_MAX), StandardCharsets.ISO_8859_1);
        if (text.isEmpty()) throw new IOException("the connection of an upload was closed without an answer");
        var status = STATUS.matcher(text);
        if (!status.lookingAt()) throw new IOException("an upload was answered with " + PlainText.beginning(text));
        return new RawUpload(Integer.parseInt(status.group(1)), text, tookMs);
    }

    /// The time between the arrival of its first and last byte; null if the answer does not have it.
    @Nullable
    Long arrivalMs() {
        var times = TIMES.matcher(body);
        return times.find() ? Long.parseLong(times.group(2)) - Long.parseLong(times.group(1)) : null;
    }

    private static String head(HubPath path) {
        URI uri = path.uri("upload", "");
        return "POST " + uri.getRawPath() + "?" + uri.getRawQuery() + " HTTP/1.1\r\nHost: " + path.host()
                + (path.key() == null ? "" : "\r\nAuthorization: " + path.authorization())
                + "\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    }

    private static void write(OutputStream out, byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    private static Socket open(HubPath path) throws IOException {
        var socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            int timeMs = Math.toIntExact(HubPath.TIME_MAX.toMillis());
            socket.connect(new InetSocketAddress(path.hub().getHost().replaceAll("[\\[\\]]", ""), path.port()), timeMs);
            socket.setSoTimeout(timeMs);
            return path.isSecure() ? secured(path, socket) : socket;
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    private static Socket secured(HubPath path, Socket plain) throws IOException {
        var socket = (SSLSocket) path.http()
                .sslContext()
                .getSocketFactory()
                .createSocket(plain, path.hub().getHost(), path.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        return socket;
    }
}
