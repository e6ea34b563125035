# SPDX-License-Identifier: Apache-2.0
"""The monitoring plugins that agents_table.py runs: what each is asked, the servers that are started for them beside those of the
agents, and why a plugin cannot give an answer of its own on a lab host."""
import dataclasses


def file(path, text):
    return f"mkdir -p $(dirname {path}); cat >{path} <<'END'\n{text}\nEND\n"


def certificate(name):
    """A key and a certificate of its own for a server, /tmp/agents/NAME.key and .pem."""
    at = f"/tmp/agents/{name}"
    return f"openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=lab1 -days 99 -keyout {at}.key -out {at}.pem 2>/dev/null; chmod 644 {at}.key\n"


def listens(port):
    """Waits until something listens there."""
    return f"for i in $(seq 300); do ss -Hltn sport = :{port} | grep -q . && break; sleep 0.1; done\n"


@dataclasses.dataclass
class Server:
    """What no agent starts: the plugins that ask it are run while it is up."""
    name: str
    setup: str
    plugins: list
    needs: str = ""


HERE = ["-H", "127.0.0.1"]
PLUGINS = "/usr/lib/nagios/plugins"

# What asks for no server of its own.
ANYWHERE = [
    ("check_dummy", "0", "fine"), ("check_load", "-w", "900,900,900", "-c", "999,999,999"), ("check_disk", "-w", "1%", "-c", "0%", "-p", "/tmp"),
    ("check_procs", "-w", "1:900"), ("check_users", "-w", "90", "-c", "99"), ("check_ssh", "127.0.0.1"), ("check_tcp", "-p", "22"),
    ("check_ping", *HERE, "-w", "500,50%", "-c", "900,90%", "-p", "1"), ("check_icmp", "-n", "1", "127.0.0.1"),
    ("check_fping", "127.0.0.1"), ("check_file_age", "-w", "9999999999", "-c", "9999999999", "-f", "/etc/hostname"),
    ("check_swap", "-w", "1", "-c", "1", "-n", "ok"), ("check_log", "-F", "/etc/hostname", "-O", "/tmp/agents-log", "-q", "nothing"),
    ("check_apt", "-t", "60", "-i", "^no-such-package$$"), ("check_cluster", "-s", "-d", "0,0"), ("check_rta_multi", "-n", "1", "127.0.0.1"),
    ("check_host", "-n", "1", "127.0.0.1"), ("negate", f"{PLUGINS}/check_dummy", "2", "bad"),
    ("urlize", "http://x", f"{PLUGINS}/check_dummy", "0", "fine"), ("check_by_ssh", "-H", "lab1", "-C", "true"),
]

SNMPD = """agentaddress udp:127.0.0.1:161
rocommunity public 127.0.0.1"""
# Of this machine's own clock, by steps of nothing; it would wait for a better one for five minutes.
NTP = """driftfile /tmp/agents/ntp.drift
refclock local stratum 5 minpoll 3 maxpoll 3
tos minsane 1 orphanwait 1
disable kernel
restrict 127.0.0.1"""
XINETD = "\n".join(f"service {name}\n{{\n type = INTERNAL\n id = {name}-{kind}\n socket_type = {kind}\n protocol = {protocol}\n user = root\n wait = {wait}\n}}"
                   for name, kind, protocol, wait in (("time", "stream", "tcp", "no"), ("echo", "dgram", "udp", "yes")))
PROSODY = """pidfile = "/tmp/agents/prosody.pid"
data_path = "/tmp/agents/prosody"
daemonize = true
run_as_root = true
modules_enabled = { "tls", "posix" }
interfaces = { "127.0.0.1" }
log = { info = "/tmp/agents/prosody.log" }
VirtualHost "127.0.0.1" """
NGIRCD = """[Global]
Name = irc.lab.local
Info = lab
Listen = 127.0.0.1
Ports = 6667
PidFile = /tmp/agents/ngircd.pid
[Options]
Ident = no
DNS = no
PAM = no"""
CLAMD = """TCPSocket 3310
TCPAddr 127.0.0.1
DatabaseDirectory /tmp/agents/clamav
User root
LogFile /tmp/agents/clamd.log"""
RADIUS = """prefix = /usr
localstatedir = /tmp/agents/radius
libdir = /usr/lib/freeradius
run_dir = /tmp/agents/radius
pidfile = /tmp/agents/radius/pid
log {
  destination = files
  file = /tmp/agents/radius/out
}
modules {
  pap {
  }
  files {
    usersfile = /tmp/agents/radius/users
  }
}
client lab {
  ipaddr = 127.0.0.1
  secret = testing123
}
server lab {
  listen {
    type = auth
    ipaddr = 127.0.0.1
    port = 1812
  }
  authorize {
    files
    pap
  }
  authenticate {
    Auth-Type PAP {
      pap
    }
  }
}"""
RADCLI = """authserver 127.0.0.1:1812
acctserver 127.0.0.1:1813
servers /tmp/agents/radius.servers
dictionary /etc/radcli/dictionary
radius_timeout 5
radius_retries 2
bindaddr *"""
INN_CONF = """mta: "/bin/true %s"
hismethod: hisv6
organization: lab
domain: lab.local
fromhost: news.lab.local
pathhost: news.lab.local
server: 127.0.0.1
pathnews: /usr/lib/news
pathbin: /usr/lib/news/bin
pathdb: /tmp/agents/news
pathetc: /tmp/agents/news
pathrun: /tmp/agents/news
pathlog: /tmp/agents/news
pathspool: /tmp/agents/news
ovmethod: tradindexed
enableoverview: true
tlscertfile: /tmp/agents/news.pem
tlskeyfile: /tmp/agents/news.key"""
NOW = "$(date +%s)"
MRTG = f"{NOW} 2000 3000\\n{NOW} 20 30 40 50\\n{NOW} 20 30 40 50\\n"

SERVERS = [
    Server("snmpd", file("/tmp/agents/snmpd.conf", SNMPD) + "snmpd -C -c /tmp/agents/snmpd.conf -p /tmp/agents/snmpd.pid -Lf /dev/null\nsleep 1\n", [
        ("check_snmp", *HERE, "-P", "2c", "-C", "public", "-o", "1.3.6.1.2.1.1.3.0"), ("check_ifoperstatus", *HERE, "-C", "public", "-k", "1"),
        ("check_ifstatus", *HERE, "-C", "public")]),
    Server("ntpd", file("/tmp/agents/ntp.conf", NTP) + "ntpd -x -g -c /tmp/agents/ntp.conf -p /tmp/agents/ntpd.pid\n"
           "for i in $(seq 90); do timeout 5 ntpq -c rv 127.0.0.1 | grep -q 'stratum=6' && break; sleep 1; done\n", [
               ("check_ntp_time", *HERE), ("check_ntp_peer", *HERE), ("check_ntp", *HERE)]),
    Server("inetd", file("/tmp/agents/xinetd.conf", XINETD) + "xinetd -f /tmp/agents/xinetd.conf -pidfile /tmp/agents/xinetd-time.pid\n" + listens(37), [
        ("check_time", *HERE, "-w", "60", "-c", "90"), ("check_udp", *HERE, "-p", "7", "-s", "hello", "-e", "hello")]),
    Server("prosody", file("/tmp/agents/prosody.cfg.lua", PROSODY) + "mkdir -p /tmp/agents/prosody\nprosody --config /tmp/agents/prosody.cfg.lua -D --root\n" + listens(5222), [
        ("check_jabber", *HERE, "-e", "stream:stream")]),
    Server("ngircd", file("/tmp/agents/ngircd.conf", NGIRCD) + "ngircd -f /tmp/agents/ngircd.conf\n" + listens(6667), [("check_ircd", *HERE)]),
    # A signature of its own does for a database.
    Server("clamd", file("/tmp/agents/clamd.conf", CLAMD) + file("/tmp/agents/clamav/lab.hdb", "44d88612fea8a8f36de82e1278abb02f:68:Lab.Test") +
           "clamd -c /tmp/agents/clamd.conf\n" + listens(3310), [("check_clamd", *HERE)]),
    Server("freeradius", file("/tmp/agents/radius.conf", RADCLI) + file("/tmp/agents/radius.servers", "127.0.0.1 testing123") +
           file("/tmp/agents/radius/radiusd.conf", RADIUS) + file("/tmp/agents/radius/users", 'lab Cleartext-Password := "pass"') +
           "freeradius -d /tmp/agents/radius -D /usr/share/freeradius\n"
           "for i in $(seq 100); do ss -Hlun sport = :1812 | grep -q . && break; sleep 0.1; done\n", [
               ("check_radius", *HERE, "-F", "/tmp/agents/radius.conf", "-u", "lab", "-p", "pass")]),
    Server("upsd", file("/etc/nut/ups.conf", "[lab]\ndriver = dummy-ups\nport = /etc/nut/lab.dev\nmode = dummy-once") +
           file("/etc/nut/lab.dev", "ups.status: OL\nbattery.charge: 90\nups.load: 10\ninput.voltage: 230.0\nups.temperature: 20.0") +
           file("/etc/nut/upsd.conf", "LISTEN 127.0.0.1 3493") + file("/etc/nut/upsd.users", "") + file("/etc/nut/nut.conf", "MODE=standalone") +
           "mkdir -p /run/nut; chown nut /run/nut; chmod 640 /etc/nut/*; chgrp nut /etc/nut/*\n/lib/nut/dummy-ups -a lab\nupsd\n" + listens(3493) + "sleep 3\n",
           [("check_ups", *HERE, "-u", "lab")]),
    Server("rpcbind", "rpcbind -w || rpcbind\nsleep 1\n", [("check_rpc", *HERE, "-C", "portmapper", "-u")]),
    # It answers from another network namespace, as its own host would not hear it.
    Server("dnsmasq", "ip netns add dhcp; ip link add agdhcp0 type veth peer name eth0 netns dhcp; ip addr add 10.96.0.2/24 dev agdhcp0; ip link set agdhcp0 up\n"
           "ip -n dhcp addr add 10.96.0.1/24 dev eth0; ip -n dhcp link set eth0 up; ip -n dhcp link set lo up\n"
           "ip netns exec dhcp dnsmasq --port=0 --conf-file=/dev/null --interface=eth0 --dhcp-range=10.96.0.10,10.96.0.20,1h --pid-file=/tmp/agents/dnsmasq.pid "
           "--dhcp-leasefile=/tmp/agents/dnsmasq.leases --user=root\n", [("check_dhcp", "-i", "agdhcp0", "-s", "10.96.0.1", "-t", "8")]),
    Server("innd", certificate("news") + file("/tmp/agents/news/inn.conf", INN_CONF) +
           file("/tmp/agents/news/readers.conf", 'auth "a" { hosts: "*" default: "<x>" }\naccess "a" { users: "<x>" newsgroups: "*" }') +
           file("/tmp/agents/news/storage.conf", "method tradspool { newsgroups: *\n class: 0 }") +
           "cd /tmp/agents/news; printf 'control 0000000000 0000000001 n\\njunk 0000000000 0000000001 n\\n' >active; : >newsgroups; mkdir -p overview; chown -R news .; chown news ../news.key; chmod 600 ../news.key\n"
           "export INNCONF=/tmp/agents/news/inn.conf\n/usr/lib/news/bin/overchan </dev/null\nchown -R news overview\n/usr/lib/news/bin/nnrpd -D -4 127.0.0.1 -p 119\n/usr/lib/news/bin/nnrpd -D -S -4 127.0.0.1 -p 563\n" +
           listens(119) + listens(563), [("check_nntp", *HERE), ("check_nntps", *HERE)], "/usr/lib/news/bin/nnrpd"),
    Server("rtsp-server", "rtsp-server-perl --serverport 5545 --clientport 554 --rtp_start_port 20000 >/tmp/agents/rtsp.log 2>&1 &\n" + listens(554), [
        ("check_real", *HERE)], "rtsp-server-perl"),
    Server("sqlite", "sqlite3 /tmp/agents/lab.db 'create table t(x); insert into t values (7);'\n", [
        ("check_dbi", "-d", "sqlite3", "-o", "sqlite3_dbdir=/tmp/agents", "-o", "dbname=lab.db", "-q", "select x from t", "-w", "5:9", "-c", "1:20")], "sqlite3"),
    # As MRTG leaves it: the newest counters, and a line for each interval.
    Server("mrtg", f'printf "{MRTG}" >/tmp/agents/mrtg.log\n', [
        ("check_mrtg", "-F", "/tmp/agents/mrtg.log", "-a", "AVG", "-v", "1", "-w", "900", "-c", "999"),
        ("check_mrtgtraf", "-F", "/tmp/agents/mrtg.log", "-a", "AVG", "-w", "900,900", "-c", "999,999")]),
]

HARDWARE = "it asks {} and a lab host has none"
FOREIGN = "it asks {}, of which Debian 12 has none"
REASONS = {
    "check_breeze": HARDWARE.format("Breezecom's radio equipment"), "check_wave": HARDWARE.format("Wavelan radio equipment"),
    "check_hpjd": HARDWARE.format("a printer with a JetDirect card"), "check_ide_smart": HARDWARE.format("a disk with SMART"),
    "check_sensors": HARDWARE.format("sensors of temperature and voltage"), "check_nwstat": FOREIGN.format("a NetWare server"),
    "check_nt": FOREIGN.format("the NSClient of a Windows machine"), "check_overcr": FOREIGN.format("an Over-CR collector"),
    "check_oracle": FOREIGN.format("an Oracle database"), "check_flexlm": FOREIGN.format("a FlexLM license server"),
    "check_game": "it asks servers of games by qstat, and none of Debian 12 was found that qstat understands",
}
