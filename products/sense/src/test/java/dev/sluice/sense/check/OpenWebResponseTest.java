package dev.sluice.sense.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.Inflater;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.Test;

/// A closed response releases all memory, whatever the encoding of its body.
class OpenWebResponseTest {
    private static final byte[] TEXT = "hello".repeat(1000).getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private interface Encoder {
        java.io.OutputStream on(ByteArrayOutputStream out) throws IOException;
    }

    private static byte[] encoded(Encoder encoder) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = encoder.on(bytes)) {
            out.write(TEXT);
        }
        return bytes.toByteArray();
    }

    @Test
    void closesTheDecodersOfItsBody() throws Exception {
        Map<String, byte[]> bodies = Map.of(
                "gzip", encoded(GZIPOutputStream::new),
                "deflate", encoded(DeflaterOutputStream::new),
                "br", Base64.getDecoder().decode("CwWAYWxsIGlzIHdlbGwD"));
        for (Map.Entry<String, byte[]> each : bodies.entrySet()) {
            var response = new Response.Builder()
                    .request(new Request.Builder().url("http://a.test/").build())
                    .protocol(Protocol.HTTP_1_1)
                    .code(200)
                    .message("OK")
                    .header("Content-Encoding", each.getKey())
                    .body(ResponseBody.create(each.getValue(), null))
                    .build();
            var answer = new OpenWebResponse(response, List.of());
            InputStream body = answer.body();
            assertThat(body.read()).as(each.getKey()).isPositive();
            answer.close();
            assertThatThrownBy(body::readAllBytes).as(each.getKey()).isInstanceOf(Exception.class);
        }
    }

    @Test
    void endsAnInflaterWithItsStream() throws Exception {
        var inflater = new Inflater();
        try (var body =
                OpenWebResponse.inflating(new ByteArrayInputStream(encoded(DeflaterOutputStream::new)), inflater)) {
            assertThat(body.readAllBytes()).isEqualTo(TEXT);
        }
        assertThatThrownBy(inflater::getBytesRead).hasMessage("Inflater has been closed");
    }
}
