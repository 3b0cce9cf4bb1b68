package dev.sluice.server.transport.websocket;

import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Status;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The opening handshake (RFC 6455 §4.2), including the negotiation of compression (RFC 7692).
///
/// @param accept    the response to the client's key
/// @param extension the compression agreed on; null if none
record Handshake(String accept, @Nullable String extension) {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String VERSION = "13";
    private static final Pattern PARAMETER = Pattern.compile("server_no_context_takeover|client_no_context_takeover"
            + "|client_max_window_bits(=\"?(8|9|1[0-5])\"?)?|server_max_window_bits=\"?15\"?");

    /// @throws ProblemException if the request is not a valid handshake
    static Handshake of(RequestHead request) {
        if (!request.method().equals(Method.GET) || request.isHttp10()) {
            throw Problems.BAD_REQUEST.refused(
                    "A WebSocket handshake must be a GET request over HTTP/1.1 (RFC 6455 §4.1).");
        }
        // A proxy that drops these headers breaks WebSockets, even if it passes the rest of a handshake on.
        if (!request.hasToken(HeaderNames.UPGRADE, "websocket")
                || !request.hasToken(HeaderNames.CONNECTION, "upgrade")) {
            throw Problems.BAD_HEADER.refused(
                    "Upgrade",
                    "A WebSocket handshake must have 'Upgrade: websocket' and 'Connection: Upgrade' (RFC 6455 §4.2.1).");
        }
        // The body of a handshake would be parsed as frames here, and as a body by a proxy (RFC 9110 §7.8).
        if (hasBody(request)) throw Problems.BAD_REQUEST.refused("A WebSocket handshake must not have a body.");
        String version = request.header(HeaderNames.SEC_WEBSOCKET_VERSION).orElse("none");
        if (!version.equals(VERSION)) {
            throw new ProblemException(Problems.WEBSOCKET_VERSION
                    .of("Sec-WebSocket-Version", "The requested version is " + Problems.quoted(version) + "; use 13.")
                    .withHeader("Upgrade", "websocket")
                    .withHeader("Connection", "Upgrade")
                    .withHeader("Sec-WebSocket-Version", VERSION));
        }
        String key = request.header(HeaderNames.SEC_WEBSOCKET_KEY)
                .filter(Handshake::isKey)
                .orElseThrow(() -> Problems.BAD_HEADER.refused(
                        "Sec-WebSocket-Key", "Sec-WebSocket-Key must be 16 random bytes in Base64 (RFC 6455 §4.1)."));
        return new Handshake(acceptFor(key), extension(request));
    }

    private static boolean hasBody(RequestHead request) {
        String length = request.firstHeader(HeaderNames.CONTENT_LENGTH);
        return request.hasHeader(HeaderNames.TRANSFER_ENCODING) || (length != null && !length.equals("0"));
    }

    /// Whether messages may be compressed, each on its own.
    boolean deflates() {
        return extension != null;
    }

    /// The response that switches protocols.
    ServerResponse answer() {
        ServerResponse answer = ServerResponse.empty(Status.SWITCHING_PROTOCOLS)
                .with(HeaderNames.UPGRADE, "websocket")
                .with(HeaderNames.CONNECTION, "Upgrade")
                .with(HeaderNames.SEC_WEBSOCKET_ACCEPT, accept);
        return extension == null ? answer : answer.with(HeaderNames.SEC_WEBSOCKET_EXTENSIONS, extension);
    }

    /// The response to the first acceptable offer; null if no offer is acceptable.
    private static @Nullable String extension(RequestHead request) {
        for (String header : request.headers(HeaderNames.SEC_WEBSOCKET_EXTENSIONS)) {
            for (String offer : header.split(",", -1)) {
                String[] parts = offer.split(";", -1);
                if (!parts[0].strip().equals("permessage-deflate")) continue;
                List<String> parameters =
                        Arrays.stream(parts).skip(1).map(String::strip).toList();
                if (isAcceptable(parameters)) return answer(parameters);
            }
        }
        return null;
    }

    /// An offer with an unknown, invalid or repeated parameter is declined (RFC 7692 §7.1), and so is one that asks
    /// for a smaller window than the JDK's deflater has.
    private static boolean isAcceptable(List<String> parameters) {
        long names = parameters.stream()
                .map(parameter -> parameter.split("=", 2)[0])
                .distinct()
                .count();
        return names == parameters.size()
                && parameters.stream()
                        .allMatch(parameter -> PARAMETER.matcher(parameter).matches());
    }

    /// Without context takeover in either direction, so that no connection holds a compression window. A server may
    /// choose this on its own (RFC 7692 §7.1.1.1), and a client must obey (§7.1.1.2). A requested window is
    /// repeated (§7.1.2.1).
    private static String answer(List<String> parameters) {
        boolean window = parameters.stream().anyMatch(parameter -> parameter.startsWith("server_max_window_bits"));
        return "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
                + (window ? "; server_max_window_bits=15" : "");
    }

    private static boolean isKey(String key) {
        try {
            return key.length() == 24 && Base64.getDecoder().decode(key).length == 16;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static String acceptFor(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-1", impossible);
        }
    }
}
