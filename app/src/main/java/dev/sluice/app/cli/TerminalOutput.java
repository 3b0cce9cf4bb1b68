package dev.sluice.app.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Standard output to a terminal. Publishers choose the data of events, and a terminal executes control sequences
/// (ECMA-48) that set its title, write the clipboard or move the cursor. Control characters are shown as `\u001b`,
/// which keeps JSON valid; line feeds and tabs are kept. Invalid UTF-8 becomes U+FFFD, as some terminals take the C1
/// controls as single bytes. Output to a file or a pipe is unchanged.
final class TerminalOutput extends OutputStream {
    private static final int PIECE_BYTES = 4096;

    /// The longest sequence that a piece may split.
    private static final int UTF8_BYTES_MAX = 4;

    private final OutputStream terminal;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final ByteBuffer pending = ByteBuffer.allocate(PIECE_BYTES + UTF8_BYTES_MAX);
    private final CharBuffer characters = CharBuffer.allocate(PIECE_BYTES + UTF8_BYTES_MAX);

    TerminalOutput(OutputStream terminal) {
        this.terminal = terminal;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int at = offset; at < offset + length; at += PIECE_BYTES) {
            pending.put(bytes, at, Math.min(PIECE_BYTES, offset + length - at));
            pending.flip();
            CoderResult result =
                    decoder.decode(pending, characters, false); // Keeps the first part of a split character.
            if (!result.isUnderflow()) throw new IllegalStateException("the character buffer is too small");
            pending.compact();
            characters.flip();
            terminal.write(escaped(characters).getBytes(StandardCharsets.UTF_8));
            characters.clear();
        }
    }

    private static String escaped(CharSequence text) {
        var escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (isControl(character)) escaped.append(String.format(Locale.ROOT, "\\u%04x", (int) character));
            else escaped.append(character);
        }
        return escaped.toString();
    }

    private static boolean isControl(char character) {
        return switch (character) {
            case '\n', '\t' -> false;
            // Bidirectional controls (Unicode UAX #9 §2) make a name look like another.
            case '\u061c', '\u200e', '\u200f' -> true;
            default ->
                Character.isISOControl(character)
                        || (character >= '\u202a' && character <= '\u202e')
                        || (character >= '\u2066' && character <= '\u2069');
        };
    }

    @Override
    public void flush() throws IOException {
        terminal.flush();
    }
}
