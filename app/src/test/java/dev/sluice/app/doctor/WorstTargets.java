package dev.sluice.app.doctor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/// The worst servers for a doctor: they send nothing, send for ever, or send harmful data. The code of the
/// finding that each has; empty: nothing answers there.
enum WorstTargets {
    SILENCE("", (_, _) -> forever()),
    TLS_THAT_STALLS("", (_, _) -> forever()),
    TLS_OF_SOMETHING_ELSE("", (_, out) -> out.write("220 mail.example\r\n".getBytes(StandardCharsets.US_ASCII))),
    TLS_BYTE_BY_BYTE("", (_, out) -> {
        out.write(new byte[] {22, 3, 3, 0x40, 0}); // A record of 16 KiB begins.
        repeat(out, "\2", 100);
    }),
    STATUS_LINE_BYTE_BY_BYTE("", (_, out) -> repeat(out, "H", 100)),
    ENDLESS_HEADERS("", (_, out) -> {
        out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
        repeat(out, "X-More: " + "x".repeat(1_000) + "\r\n", 0);
    }),
    HEADERS_BYTE_BY_BYTE("", (_, out) -> {
        out.write("HTTP/1.1 200 OK\r\nX-More: ".getBytes(StandardCharsets.US_ASCII));
        repeat(out, "x", 100);
    }),
    ENDLESS_EARLY_HINTS("", (_, out) -> repeat(out, "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", 0)),
    /// Accepts an upgrade that was not requested, then makes the client acknowledge each frame (RFC 9113
    /// §6.5).
    ENDLESS_SETTINGS("", (_, out) -> {
        out.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        repeat(out, "\0\0\0\4\0\0\0\0\0".repeat(1_000), 0);
    }),
    ENDLESS_BODY("portal", (_, out) -> {
        out.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        repeat(out, "x".repeat(64 << 10), 0);
    }),
    BODY_BYTE_BY_BYTE("portal", (_, out) -> {
        out.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        repeat(out, "x", 100);
    }),
    ZIP_BOMB("portal", (_, out) -> {
        String head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\nContent-Length: ";
        out.write((head + Bomb.BYTES.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(Bomb.BYTES);
    }),
    DEEP_JSON("portal", (_, out) -> out.write(RawServer.http("200 OK", "{\"run\":".repeat(9_000)))),
    REDIRECT_LOOP("portal", (target, out) -> out.write(RawServer.http("302 Found\r\nLocation: " + target, ""))),
    ESCAPES(
            "portal",
            (_, out) -> out.write(RawServer.http(
                    "302 Found\r\nContent-Type: text/\u009b31m\r\nLocation: http://\u009b2J.example/", "\u001b[2J"))),
    ESCAPES_IN_A_PROBLEM(
            "hub-refuses",
            (_, out) -> out.write(RawServer.http(
                    "418 Teapot",
                    "{\"type\":\"/problems/x\",\"detail\":\"\\u001b[2J\\u202e\\u2028\\nnothing is wrong\"}"))),
    ESCAPES_IN_THE_STATUS(
            "", (_, out) -> out.write("\u001b[2J\u001b[31mHTTP\r\n\r\n".getBytes(StandardCharsets.UTF_8))),
    /// Answers as a hub, and sends streams without an end, which are compressed zeros.
    A_HUB_WITHOUT_MEASURE("stream-broken", (target, out) -> {
        if (target.startsWith("/doctor/echo")) {
            echo(target, out);
            return;
        }
        out.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        repeat(out, Bomb.BYTES, 10);
    }),
    /// Answers as a hub, with values of other kinds.
    A_HUB_OF_NONSENSE("clock-off", (target, out) -> {
        var run = Pattern.compile("run=([0-9a-f]+)").matcher(target);
        String name = run.find() ? run.group(1) : "";
        out.write(RawServer.http(
                "200 OK",
                "{\"run\":\"" + name + "\",\"time\":{\"a\":[]},\"host\":[],\"version\":{},\"count\":\"many\","
                        + "\"first\":99999999999999999999}"));
    });

    final String finding;
    final RawServer.Answer answer;

    WorstTargets(String finding, RawServer.Answer answer) {
        this.finding = finding;
        this.answer = answer;
    }

    String scheme() {
        return name().startsWith("TLS") ? "https" : "http";
    }

    /// Short where only the end of its time helps; long where the doctor notices by itself that it has seen enough.
    Duration patience() {
        return finding.isEmpty() ? Duration.ofSeconds(2) : Duration.ofMinutes(1);
    }

    private static void forever() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    static void repeat(OutputStream out, String text, int pauseMs) throws IOException, InterruptedException {
        repeat(out, text.getBytes(StandardCharsets.US_ASCII), pauseMs);
    }

    private static void repeat(OutputStream out, byte[] bytes, int pauseMs) throws IOException, InterruptedException {
        while (true) {
            out.write(bytes);
            Thread.sleep(Duration.ofMillis(pauseMs));
        }
    }

    /// Compressed zeros, a thousand times as many as they seem; made once, because that takes a while.
    private static final class Bomb {
        static final byte[] BYTES = make();

        private static byte[] make() {
            var bytes = new ByteArrayOutputStream();
            try (var zip = new GZIPOutputStream(bytes)) {
                for (int i = 0; i < 64; i++) zip.write(new byte[1 << 20]);
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
            return bytes.toByteArray();
        }
    }

    /// The answer of a hub to which everything has arrived.
    static void echo(String target, OutputStream out) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String each : target.substring(target.indexOf('?') + 1).split("&", -1)) {
            String name = each.substring(0, each.indexOf('='));
            fields.put(name, name.equals("run") ? each.substring(4) : "same");
        }
        var json = new StringBuilder("{\"time\":" + System.currentTimeMillis() + ",\"version\":\"HTTP/1.1\"");
        fields.forEach((name, value) -> json.append(",\"" + name + "\":\"" + value + "\""));
        out.write(RawServer.http("200 OK", json + "}"));
    }
}
