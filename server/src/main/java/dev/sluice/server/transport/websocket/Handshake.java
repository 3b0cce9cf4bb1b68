package dev.sluice.server.transport.websocket;

import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Refused;
import dev.sluice.server.http.Request;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The opening handshake (RFC 6455 §4.2) and what of compression is agreed on in it (RFC 7692).
///
/// @param accept    the answer to the client's key
/// @param extension what is agreed on of compression; null: nothing
record Handshake(String accept, @Nullable String extension) {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String VERSION = "13";
    private static final Pattern PARAMETER = Pattern.compile("server_no_context_takeover|client_no_context_takeover"
            + "|client_max_window_bits(=\"?(8|9|1[0-5])\"?)?|server_max_window_bits=\"?15\"?");

    /// @throws Refused if the request is no handshake that can be answered
    static Handshake of(Request request) {
        if (!request.method().equals(HttpMethod.GET) || request.isHttp10()) {
            throw Problems.BAD_REQUEST.refused("A WebSocket begins with a GET of HTTP/1.1 (RFC 6455 §4.1).");
        }
        // The body of a handshake would be read as frames here, and as a body by a proxy (RFC 9110 §7.8).
        if (hasBody(request)) throw Problems.BAD_REQUEST.refused("The request that begins a WebSocket has no body.");
        String version = request.header(HttpHeaderNames.SEC_WEBSOCKET_VERSION).orElse("none");
        if (!version.equals(VERSION)) {
            throw new Refused(Problems.WEBSOCKET_VERSION
                    .of("Sec-WebSocket-Version", "The version asked for is " + Problems.quoted(version) + "; use 13.")
                    .withHeader("Upgrade", "websocket")
                    .withHeader("Sec-WebSocket-Version", VERSION));
        }
        String key = request.header(HttpHeaderNames.SEC_WEBSOCKET_KEY)
                .filter(Handshake::isKey)
                .orElseThrow(() -> Problems.BAD_HEADER.refused(
                        "Sec-WebSocket-Key", "Sec-WebSocket-Key is 16 random bytes in Base64 (RFC 6455 §4.1)."));
        return new Handshake(acceptFor(key), extension(request));
    }

    private static boolean hasBody(Request request) {
        String length = request.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        return request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING) || (length != null && !length.equals("0"));
    }

    /// Whether messages may be compressed, each by itself.
    boolean deflates() {
        return extension != null;
    }

    /// The answer that switches protocols.
    Answer answer() {
        Answer answer = Answer.empty(HttpResponseStatus.SWITCHING_PROTOCOLS)
                .with(HttpHeaderNames.UPGRADE, "websocket")
                .with(HttpHeaderNames.CONNECTION, "Upgrade")
                .with(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accept);
        return extension == null ? answer : answer.with(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, extension);
    }

    /// Puts what turns bytes into whole messages at the end of a pipeline.
    void receive(ChannelPipeline pipeline, MessageLimits limits) {
        pipeline.addLast(new MessageDecoder(limits, deflates()));
    }

    /// The first offer that can be met, as it is answered; null: none.
    private static @Nullable String extension(Request request) {
        for (String header : request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS)) {
            for (String offer : header.split(",", -1)) {
                String[] parts = offer.split(";", -1);
                if (!parts[0].strip().equals("permessage-deflate")) continue;
                List<String> parameters =
                        Arrays.stream(parts).skip(1).map(String::strip).toList();
                if (canBeMet(parameters)) return answer(parameters);
            }
        }
        return null;
    }

    /// RFC 7692 §7.1: an offer with a parameter that is unknown, has a wrong value, or comes twice, is declined. So is
    /// one for a smaller window than the JDK's deflater has.
    private static boolean canBeMet(List<String> parameters) {
        long names = parameters.stream()
                .map(parameter -> parameter.split("=", 2)[0])
                .distinct()
                .count();
        return names == parameters.size()
                && parameters.stream()
                        .allMatch(parameter -> PARAMETER.matcher(parameter).matches());
    }

    /// Without context takeover either way, so that no connection holds a window; a server may say so unasked
    /// (RFC 7692 §7.1.1.1), and a client has to obey it (§7.1.1.2). A window asked for is repeated (§7.1.2.1).
    private static String answer(List<String> parameters) {
        boolean window = parameters.stream().anyMatch(parameter -> parameter.startsWith("server_max_window_bits"));
        return "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
                + (window ? "; server_max_window_bits=15" : "");
    }

    private static boolean isKey(String key) {
        try {
            return key.length() == 24 && Base64.getDecoder().decode(key).length == 16;
        } catch (IllegalArgumentException noBase64) {
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
