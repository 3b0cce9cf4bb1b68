package dev.sluice.cluster.raft;

import dev.sluice.cluster.tls.RefusalLog;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.Grpc;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;

/// Refuses all calls outside the protocol between Raft's servers before a message is read. On the same port,
/// Ratis also serves clients and administrators, which could propose anything.
final class NodesOnly implements ServerInterceptor {
    static final String REFUSAL = "Raft's port is for the nodes of the cluster only.";

    private final RefusalLog refusals = new RefusalLog(System::nanoTime);

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String service = call.getMethodDescriptor().getServiceName();
        if (RaftServerProtocolServiceGrpc.SERVICE_NAME.equals(service)) return next.startCall(call, headers);
        String from = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InetSocketAddress address
                ? address.getHostString()
                : null;
        refusals.refused(from, new IOException("it is not a node, and called " + service));
        call.close(Status.PERMISSION_DENIED.withDescription(REFUSAL), new Metadata());
        return new ServerCall.Listener<>() {};
    }
}
