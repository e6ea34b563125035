# SPDX-License-Identifier: Apache-2.0
"""What talks inside a VM of traffic_world: sends, or receives what the other side sends, and prints what it counted."""
import json
import select
import socket
import struct
import sys
import time


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def udp_sink(address, port):
    with socket.socket(family(address), socket.SOCK_DGRAM) as sink:
        sink.bind((address, int(port)))
        print("ready", flush=True)
        while True:
            sink.recv(65536)


def udp_send(address, port, count, seconds):
    """`count` datagrams of changing size over some seconds; prints when each was handed over, before and after."""
    times, size = [], 0
    with socket.socket(family(address), socket.SOCK_DGRAM) as sender:
        begin = time.monotonic()
        for number in range(int(count)):
            content = bytes(1 + number * 7 % 1400)
            due = begin + float(seconds) * number / int(count)
            while time.monotonic() < due:
                time.sleep(0.0005)
            before = time.time()
            sender.sendto(content, (address, int(port)))
            times.append((before, time.time()))
            size += len(content)
    print(json.dumps({"count": int(count), "content": size, "times": times}))


def udp_talk(address, port):
    """A datagram every millisecond or so, until its input ends."""
    with socket.socket(family(address), socket.SOCK_DGRAM) as sender:
        number = 0
        while not select.select([sys.stdin], [], [], 0.001)[0]:
            sender.sendto(bytes(1 + number * 7 % 1400), (address, int(port)))
            number += 1


def tcp_sink(address, port):
    with socket.create_server((address, int(port)), family=family(address)) as server:
        print("ready", flush=True)
        connection, _ = server.accept()
        while connection.recv(1 << 20):
            pass
        connection.close()


def tcp_send(address, port, size):
    """Prints how many bytes of content were sent, with what was sent again."""
    with socket.create_connection((address, int(port))) as connection:
        connection.sendall(bytes(int(size)))
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1024):
            pass
        told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
        print(struct.unpack_from("=Q", told, 200)[0])  # tcpi_bytes_sent


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
