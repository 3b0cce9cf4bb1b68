package dev.sluice.cluster.raft;

import static java.util.Objects.requireNonNull;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/// Ratis' gRPC, with a [RaftEndpoint] between the port and the server. Ratis loads it by its class name,
/// which [RaftSettings] sets, and calls the constructor without arguments.
public final class NodeRpcType implements RpcType {
    /// Returns the endpoint of a server with this RPC type.
    static RaftEndpoint endpoint(RaftServer server) {
        return requireNonNull(((Factory) server.getFactory()).endpoint);
    }

    @Override
    public String name() {
        return NodeRpcType.class.getName();
    }

    @Override
    public RpcFactory newFactory(Parameters parameters) {
        return new Factory(parameters);
    }

    private static final class Factory extends GrpcFactory {
        private volatile @Nullable RaftEndpoint endpoint;

        Factory(Parameters parameters) {
            super(parameters);
        }

        @Override
        public GrpcServices newRaftServerRpc(RaftServer server) {
            var made = new RaftEndpoint(server);
            endpoint = made;
            return super.newRaftServerRpc(made);
        }
    }
}
