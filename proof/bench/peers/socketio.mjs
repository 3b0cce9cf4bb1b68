// Socket.IO over WebSocket only, with a room for each channel. A client sends 40 to enter (Engine.IO 4, Socket.IO 5).
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { listen, publish } from './channels.mjs';

const server = createServer((request, response) =>
    publish(request, response, (channel, data) => io.to(channel).emit('event', data)),
);
const io = new Server(server, {
    transports: ['websocket'],
    perMessageDeflate: false,
    httpCompression: false,
    pingInterval: 3_600_000, // The generator does not answer pings.
});
io.on('connection', (socket) => socket.join(socket.handshake.query.channel));
listen(server);
