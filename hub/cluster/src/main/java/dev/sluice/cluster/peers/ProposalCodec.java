package dev.sluice.cluster.peers;

import dev.sluice.core.replication.Order;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// Proposals in the body of a request: each is its length, 4 bytes, then its bytes.
public final class ProposalCodec {
    /// The largest proposal, with the overhead of an order.
    public static final int PROPOSAL_BYTES_MAX = Order.PROPOSAL_BYTES_MAX + 1_024;

    private ProposalCodec() {}

    static byte[] write(Iterable<byte[]> proposals) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            for (byte[] each : proposals) {
                out.writeInt(each.length);
                out.write(each);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /// @throws IOException if they are malformed, or have more than `bytesMax` bytes
    static List<byte[]> read(InputStream body, long bytesMax) throws IOException {
        List<byte[]> proposals = new ArrayList<>();
        var in = new DataInputStream(body);
        for (long left = bytesMax; ; ) {
            int first = in.read();
            if (first < 0) return proposals;
            int length = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
            left -= Integer.BYTES + (length < 0 ? Long.MAX_VALUE >> 1 : length);
            if (left < 0) throw new IOException("more than " + bytesMax + " bytes of proposals");
            byte[] proposal = in.readNBytes(length);
            if (proposal.length < length) throw new EOFException("a proposal is cut short");
            proposals.add(proposal);
        }
    }
}
