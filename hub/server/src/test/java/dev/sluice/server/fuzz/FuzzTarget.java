package dev.sluice.server.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A parser and its oracle. The corpus of each is a resource beside this class, `NAME.txt`, with a seed in each line:
/// Latin-1, in which `\n`, `\r`, `\\` and `\x00` stand for bytes. An input that was found to break something is added
/// there when it is mended.
///
/// @param check reads an input, and throws anything if the parser does not keep its promises
public record FuzzTarget(String name, Check check) {
    /// The longest input.
    public static final int BYTES_MAX = 16 << 10;

    /// Reads one input.
    @FunctionalInterface
    public interface Check {
        void read(byte[] input) throws Exception;
    }

    /// A check of a text, one character a byte.
    public static FuzzTarget ofText(String name, TextCheck check) {
        return new FuzzTarget(name, input -> check.read(new String(input, StandardCharsets.ISO_8859_1)));
    }

    /// A check of a text in UTF-8; malformed input has replacement characters.
    public static FuzzTarget ofUtf8(String name, TextCheck check) {
        return new FuzzTarget(name, input -> check.read(new String(input, StandardCharsets.UTF_8)));
    }

    /// Reads one text.
    @FunctionalInterface
    public interface TextCheck {
        void read(String text) throws Exception;
    }

    /// The seeds.
    public List<byte[]> corpus() {
        String resource = "/dev/sluice/fuzz/" + name + ".txt";
        try (var in = FuzzTarget.class.getResourceAsStream(resource)) {
            if (in == null) throw new AssertionError("no corpus " + resource);
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)
                    .lines()
                    .map(FuzzTarget::unescaped)
                    .toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static byte[] unescaped(String line) {
        var bytes = new StringBuilder();
        for (int i = 0; i < line.length(); i++) {
            char next = line.charAt(i);
            if (next != '\\') {
                bytes.append(next);
                continue;
            }
            char escape = line.charAt(++i);
            switch (escape) {
                case 'n' -> bytes.append('\n');
                case 'r' -> bytes.append('\r');
                case 'x' -> {
                    bytes.append((char) Integer.parseInt(line.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> bytes.append(escape);
            }
        }
        return bytes.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /// An input as a line of a corpus.
    public static String escaped(byte[] input) {
        var line = new StringBuilder();
        for (byte each : input) {
            int value = each & 0xFF;
            if (value == '\\') line.append("\\\\");
            else if (value >= 0x20 && value < 0x7F) line.append((char) value);
            else line.append("\\x").append("%02x".formatted(value));
        }
        return line.toString();
    }

    @Override
    public String toString() {
        return name;
    }
}
