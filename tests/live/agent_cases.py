# SPDX-License-Identifier: Apache-2.0
"""What agents_table.py tries: OCF agents with the parameters that a small host needs, the monitoring plugins that are run while each
of them is up, and the reasons why others cannot be tried on a lab host."""
import dataclasses

from plugin_cases import ANYWHERE, HERE, certificate, file, listens


@dataclasses.dataclass
class Agent:
    name: str
    parameters: dict = dataclasses.field(default_factory=dict)
    setup: str = ""  # shell, on the host, before it is started
    needs: str = ""  # a program without which it cannot be tried
    plugins: list = dataclasses.field(default_factory=list)  # (plugin, argument...)
    note: str = ""  # what the table says of it where it works


# One of these at most can be installed beside those that are (packages.txt): they are unpacked for the host.
UNPACKED = {"vsftpd": ["vsftpd"], "proftpd": ["proftpd-core"], "syslog-ng": ["syslog-ng-core"], "innd": ["inn2", "inn2-inews"]}
WWW = "/tmp/agents/www"
# Its errors go to a file from the beginning, as Debian's own configuration has it: else it keeps the agent's output open for good.
NGINX = f"""pid /tmp/agents/nginx.pid;
error_log /tmp/agents/nginx.log;
events {{}}
http {{ access_log off; server {{ listen 8080; root {WWW}; location /status {{ stub_status; }} }} }}"""
APACHE = """ServerRoot /etc/apache2
ServerName lab1
PidFile /tmp/agents/apache.pid
Listen 8081
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule status_module /usr/lib/apache2/modules/mod_status.so
ErrorLog /tmp/agents/apache.log
<Location /server-status>
SetHandler server-status
</Location>"""
ZONE = """$TTL 60
@ IN SOA ns.lab. root.lab. 1 60 60 60 60
@ IN NS ns.lab.
ns IN A 127.0.0.1"""
NAMED = """options { directory "/tmp/agents/named"; pid-file "/run/named/named.pid"; listen-on port 53 { 127.0.0.1; }; listen-on-v6 { none; };
recursion no; dnssec-validation no; allow-query { any; }; };
zone "lab" { type master; file "/tmp/agents/named/lab.zone"; };
zone "localhost" { type master; file "/tmp/agents/named/lab.zone"; };"""


NAMED_DYNAMIC = NAMED.split("zone")[0].replace("/named", "/dyn").replace("/run/dyn/named.pid", "/tmp/agents/dyn/pid").replace("port 53", "port 5354").replace(
    "recursion", 'session-keyfile "/tmp/agents/dyn/key"; recursion') + 'zone "dyn" { type master; file "/tmp/agents/dyn/dyn.zone"; allow-update { 127.0.0.1; }; };\ncontrols { };'
DOVECOT = """protocols = imap pop3
base_dir = /run/agents-dovecot
log_path = /tmp/agents/dovecot.out
listen = 127.0.0.1
ssl = yes
ssl_cert = </tmp/agents/dovecot.pem
ssl_key = </tmp/agents/dovecot.key
passdb {
  driver = static
  args = nopassword=y
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=/tmp
}"""
POSTFIX = """compatibility_level = 3.6
queue_directory = /tmp/agents/postfix-queue
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
data_directory = /var/lib/postfix
inet_interfaces = 127.0.0.1
myhostname = lab1.lab.local
alias_maps =
mydestination = localhost
maillog_file = /var/log/postfix.log
smtpd_tls_cert_file = /tmp/agents/postfix.pem
smtpd_tls_key_file = /tmp/agents/postfix.key"""
KAMAILIO = """#!KAMAILIO
children=1
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "jsonrpcs.so"
loadmodule "ctl.so"
modparam("ctl", "binrpc", "unix:/var/run/kamailio/kamailio_ctl")
modparam("jsonrpcs", "fifo_name", "/var/run/kamailio/kamailio_rpc.fifo")
request_route { sl_send_reply("200", "OK"); }"""
SAMBA = """[global]
map to guest = Bad User
log file = /tmp/agents/smbd.log
disable netbios = yes
include = /etc/samba/conf.d/pacemaker-includes.conf"""
NAGIOS = """log_file=/tmp/agents/nagios/nagios.log
cfg_file=/tmp/agents/nagios/objects.cfg
status_file=/tmp/agents/nagios/status.dat
state_retention_file=/tmp/agents/nagios/retention.dat
object_cache_file=/tmp/agents/nagios/objects.cache
command_file=/tmp/agents/nagios/rw/nagios.cmd
lock_file=/tmp/agents/nagios/nagios.pid
temp_file=/tmp/agents/nagios/nagios.tmp
temp_path=/tmp/agents/nagios
check_result_path=/tmp/agents/nagios/checks
query_socket=/tmp/agents/nagios/rw/nagios.qh
status_update_interval=2
nagios_user=nagios
nagios_group=nagios"""
NAGIOS_OBJECTS = """define timeperiod {
 timeperiod_name always
 alias always
}
define command {
 command_name fine
 command_line /bin/true
}
define contact {
 contact_name root
 host_notifications_enabled 0
 service_notifications_enabled 0
 host_notification_commands fine
 service_notification_commands fine
}
define host {
 host_name lab1
 address 127.0.0.1
 check_command fine
 max_check_attempts 1
 contacts root
}
define service {
 host_name lab1
 service_description fine
 check_command fine
 max_check_attempts 1
 contacts root
}"""
# A container waits in it until it is told to end, by whatever signal its runtime does so.
HOLD = """#!/bin/sh
trap 'exit 0' TERM PWR
while :; do sleep 0.2; done"""


def root_of_container(at):
    return (file(f"{at}/bin/hold", HOLD) + f"chmod 755 {at}/bin/hold; mkdir -p {at}/proc {at}/dev {at}/sys; cp /bin/busybox {at}/bin/\n"
            f"for one in sh sleep true; do ln -sf busybox {at}/bin/$one; done\n")


# One layer of a tar, no registry.
PODMAN = root_of_container("/tmp/agents/image") + file("/etc/containers/storage.conf", '[storage]\ndriver = "vfs"\nrunroot = "/run/containers/storage"\n'
                                                       'graphroot = "/var/lib/containers/storage"') + """
tar -C /tmp/agents/image -c . | podman import - lab/busybox:1"""
# Where the machine has cgroups v1 of which each has one controller, systemd mounts none that it wants together.
DOCKER = """(flock 9
docker version && exit
for one in cpu cpuacct; do
  [ ! -L /sys/fs/cgroup/$one ] || mountpoint -q /sys/fs/cgroup/cpu,cpuacct || {
    mount -o remount,rw /sys/fs/cgroup; rm /sys/fs/cgroup/$one; mkdir /sys/fs/cgroup/$one; mount -t cgroup -o $one cgroup /sys/fs/cgroup/$one; }
done
dockerd --iptables=false --bridge=none --storage-driver=vfs --data-root /tmp/agents/docker/data --exec-root /run/agents-docker --pidfile /run/agents-docker.pid 9>&- &
for i in $(seq 100); do docker version && break; sleep 0.2; done
""" + root_of_container("/tmp/agents/docker/image") + """tar -C /tmp/agents/docker/image -c . | docker import - lab/busybox:1
) 9>/run/agents-docker.lock"""
COMPOSE = """version: "2.4"
services:
  hold:
    image: lab/busybox:1
    command: /bin/hold
    network_mode: host"""
LXC = root_of_container("/tmp/agents/lxc/rootfs") + file("/tmp/agents/lxc/config", "lxc.uts.name = agents\nlxc.rootfs.path = dir:/tmp/agents/lxc/rootfs\n"
                                                         "lxc.net.0.type = none\nlxc.init.cmd = /bin/hold")
# It ends where it has no service at all.
XINETD = """service other
{
 type = UNLISTED
 port = 9997
 socket_type = stream
 protocol = tcp
 wait = no
 user = nobody
 server = /bin/cat
}"""
UNPROMOTED = "as Pacemaker's unpromoted instances run; nothing promotes it"
CONNTRACKD = """Sync {
 Mode NOTRACK {
 }
 UDP {
  IPv4_address 127.0.0.1
  IPv4_Destination_Address 127.0.0.1
  Port 3780
  Interface lo
 }
}
General {
 LockFile /tmp/agents/conntrackd.lock
 UNIX {
  Path /tmp/agents/conntrackd.ctl
 }
}"""
TGTD = "(flock 9; pgrep -x tgtd || tgtd 9>&-; for i in $(seq 100); do tgtadm --op show --mode sys && break; sleep 0.1; done) 9>/run/agents-tgtd.lock\n"
# A node to arbitrate for.
GALERA = """rm -rf /tmp/agents-galera; install -d -o mysql /tmp/agents-galera
mariadb-install-db --no-defaults --datadir=/tmp/agents-galera --user=mysql
mariadbd --no-defaults --user=mysql --datadir=/tmp/agents-galera --socket=/tmp/agents-galera/sock --skip-networking --binlog-format=ROW \\
  --wsrep-on=ON --wsrep-new-cluster --wsrep-provider=/usr/lib/galera/libgalera_smm.so --wsrep-cluster-name=lab --wsrep-cluster-address=gcomm:// \\
  --wsrep-node-address=127.0.0.1 --wsrep-provider-options=gmcast.listen_addr=tcp://127.0.0.1:4567 --log-error=/tmp/agents-galera/log &
""" + listens(4567)

AGENTS = [
    Agent("Dummy", {"ocf_state": "/run/agents-dummy"}),
    Agent("dummypy", {"ocf_state": "/run/agents-dummypy"}),
    Agent("Delay", {"startdelay": "1", "stopdelay": "1", "mondelay": "0"}),
    Agent("anything", {"binfile": "/bin/sleep", "cmdline_options": "1000", "pidfile": "/run/agents-sleep.pid"}),
    Agent("symlink", {"link": "/tmp/agents-link", "target": "/etc/hostname"}, plugins=[
        ("check_dummy", "1", "so so"), ("check_procs", "-w", "1:900"), ("check_tcp", "-p", "22")]),
    Agent("IPaddr2", {"ip": "10.99.0.9", "cidr_netmask": "24", "nic": "lo"}),
    Agent("IPaddr", {"ip": "10.99.1.9", "cidr_netmask": "24", "nic": "lo"}),
    Agent("IPv6addr", {"ipv6addr": "fd00:99:0:0:0:0:0:9", "cidr_netmask": "64", "nic": "agv60"},
          "ip link add agv60 type bridge; sysctl -qw net.ipv6.conf.lo.disable_ipv6=0 net.ipv6.conf.agv60.disable_ipv6=0 net.ipv6.conf.agv60.accept_dad=0; ip link set agv60 up; ip -6 addr add fd00:99::1/64 dev agv60 nodad"),
    Agent("IPsrcaddr", {"ipaddress": "10.97.0.9", "cidr_netmask": "24", "destination": "10.97.0.0/24"},
          "ip link add agsrc0 type bridge; ip addr add 10.97.0.1/24 dev agsrc0; ip addr add 10.97.0.9/24 dev agsrc0; ip link set agsrc0 up"),
    Agent("SendArp", {"ip": "10.99.0.8", "nic": "eth0"}),
    Agent("Route", {"destination": "10.98.0.0/24", "device": "lo"}),
    Agent("Filesystem", {"device": "tmpfs", "directory": "/tmp/agents-fs", "fstype": "tmpfs"}, "mkdir -p /tmp/agents-fs"),
    Agent("iface-bridge", {"bridge_name": "agbr0"}),
    Agent("iface-macvlan", {"device": "agmvbr0", "ocf_name": "agmv0"}, "ip link add agmvbr0 type bridge; ip link set agmvbr0 up"),
    Agent("iface-vlan", {"vlan_interface": "eth0", "vlan_id": "9", "vlan_name": "agvl0"},
          "ip link add link lo name agvl1 type vlan id 8 && ip link del agvl1 || { echo the kernel here has no VLANs; exit 1; }"),
    Agent("portblock", {"ip": "10.99.0.7", "portno": "9999", "protocol": "tcp", "action": "block"}, needs="iptables"),
    Agent("nginx", {"configfile": "/tmp/agents/nginx.conf", "port": "8080"},
          file("/tmp/agents/nginx.conf", NGINX) + file(f"{WWW}/index.html", "works"), "nginx",
          [("check_http", "-H", "127.0.0.1", "-p", "8080"), ("check_curl", "-H", "127.0.0.1", "-p", "8080")]),
    Agent("apache", {"configfile": "/tmp/agents/apache.conf", "httpd": "/usr/sbin/apache2", "statusurl": "http://127.0.0.1:8081/server-status"},
          file("/tmp/agents/apache.conf", APACHE), "apache2", [("check_http", "-H", "127.0.0.1", "-p", "8081", "-u", "/server-status")]),
    Agent("pgsql", {"pgdata": "/tmp/agents-pg", "pgctl": "PGBIN/pg_ctl", "psql": "PGBIN/psql", "pgdba": "postgres", "socketdir": "/var/run/postgresql"},
          "rm -rf /tmp/agents-pg; install -d -o postgres -g postgres /var/run/postgresql /tmp/agents-pg; "
          "su postgres -c 'PGBIN/initdb -A trust -D /tmp/agents-pg'", "psql", [("check_pgsql", "-H", "127.0.0.1", "-l", "postgres", "-d", "template1")]),
    Agent("mysql", {"binary": "/usr/sbin/mariadbd", "client_binary": "/usr/bin/mariadb", "config": "/tmp/agents/my.cnf", "datadir": "/tmp/agents-my",
                    "socket": "/tmp/agents-my/sock", "pid": "/tmp/agents-my/pid", "log": "/tmp/agents-my.log", "user": "mysql", "group": "mysql"},
          file("/tmp/agents/my.cnf", "[mysqld]\nskip-networking=0\nbind-address=127.0.0.1") + "rm -rf /tmp/agents-my; install -d -o mysql /tmp/agents-my; "
          "mariadb-install-db --defaults-file=/tmp/agents/my.cnf --datadir=/tmp/agents-my --user=mysql", "mariadbd",
          [("check_mysql", "-s", "/tmp/agents-my/sock", "-u", "root"), ("check_mysql_query", "-s", "/tmp/agents-my/sock", "-u", "root", "-q", "select 1")]),
    Agent("redis", {"config": "/tmp/agents/redis.conf", "bin": "/usr/bin/redis-server", "socket_name": "agents.sock",
                    "rundir": "/run/redis", "pidfile_name": "agents.pid", "user": "redis"},
          file("/tmp/agents/redis.conf", "port 0\ndir /tmp\nappendonly no\nsave ''"), "redis-server"),
    Agent("named", {"named_config": "/tmp/agents/named.conf", "named_user": "bind", "monitor_request": "ns.lab", "monitor_response": "127.0.0.1",
                    "monitor_ip": "127.0.0.1"},
          file("/tmp/agents/named.conf", NAMED) + file("/tmp/agents/named/lab.zone", ZONE) + "install -d -o bind /run/named; chown -R bind /tmp/agents/named",
          "named", [("check_dns", "-H", "ns.lab", "-s", "127.0.0.1"), ("check_dig", "-H", "127.0.0.1", "-l", "ns.lab")]),
    Agent("slapd", {"config": "/tmp/agents/slapd.conf", "services": "ldap://127.0.0.1:389 ldaps://127.0.0.1:636", "user": "openldap", "group": "openldap",
                    "pidfile": "/run/slapd/agents.pid"},
          certificate("slapd") + file("/etc/ldap/ldap.conf", "TLS_REQCERT never") + file("/tmp/agents/slapd.conf", "include /etc/ldap/schema/core.schema\npidfile /run/slapd/agents.pid\nmodulepath /usr/lib/ldap\n"
               "moduleload back_mdb\nTLSCertificateFile /tmp/agents/slapd.pem\nTLSCertificateKeyFile /tmp/agents/slapd.key\n"
               "database mdb\nsuffix \"dc=lab\"\ndirectory /tmp/agents-ldap") +
          file("/tmp/agents/lab.ldif", "dn: dc=lab\nobjectClass: domain\nobjectClass: top\ndc: lab".replace("objectClass: domain", "objectClass: dcObject\nobjectClass: organization\no: lab")) +
          "install -d -o openldap -g openldap /run/slapd /tmp/agents-ldap; slapadd -f /tmp/agents/slapd.conf -l /tmp/agents/lab.ldif && chown -R openldap /tmp/agents-ldap", "slapd",
          [("check_ldap", *HERE, "-b", "dc=lab", "-3"), ("check_ldaps", *HERE, "-p", "636", "-S", "-b", "dc=lab", "-3")]),
    Agent("Squid", {"squid_exe": "/usr/sbin/squid", "squid_conf": "/tmp/agents/squid.conf", "squid_pidfile": "/run/agents-squid.pid", "squid_port": "3128"},
          file("/tmp/agents/squid.conf", "http_port 3128\npid_filename /run/agents-squid.pid\ncache_log /tmp/agents-squid.log\naccess_log none\n"
               "pinger_enable off\nshutdown_lifetime 1 seconds\nhttp_access allow all"), "squid"),
    Agent("dhcpd", {"config": "/tmp/agents/dhcpd.conf", "interface": "br0", "chrooted": "false", "user": "root", "group": "root", "leases": "dhcpd.leases", "pid": "/run/agents-dhcpd.pid"},
          file("/tmp/agents/dhcpd.conf", "subnet 10.213.0.0 netmask 255.255.0.0 { }") + "mkdir -p /var/lib/dhcp; touch /var/lib/dhcp/dhcpd.leases", "dhcpd"),
    Agent("vsftpd", {"conffile": "/tmp/agents/vsftpd.conf", "binpath": "vsftpd"},
          file("/tmp/agents/vsftpd.conf", "listen=YES\nbackground=YES\nlisten_port=21\nseccomp_sandbox=NO\nftp_username=nobody") + "mkdir -p /var/run/vsftpd/empty", "vsftpd", [("check_ftp", "-H", "127.0.0.1")]),
    Agent("proftpd", {"conffile": "/tmp/agents/proftpd.conf", "pidfile": "/run/agents-proftpd.pid", "binary": "/usr/sbin/proftpd"},
          file("/tmp/agents/proftpd.conf", "ServerType standalone\nPort 2121\nPidFile /run/agents-proftpd.pid\nUser nobody\nGroup nogroup\nScoreboardFile /run/agents-proftpd.score"), "proftpd"),
    Agent("Pure-FTPd", {"script": "/usr/sbin/pure-ftpd-wrapper", "pidfile": "/run/pure-ftpd/pure-ftpd.pid"},
          "mkdir -p /var/log/pure-ftpd /run/pure-ftpd; echo 127.0.0.1,2021 >/etc/pure-ftpd/conf/Bind", "pure-ftpd"),
    Agent("rsyncd", {"binpath": "/usr/bin/rsync", "conffile": "/tmp/agents/rsyncd.conf"},
          file("/tmp/agents/rsyncd.conf", "pid file = /run/agents-rsyncd.pid\nport = 8730"), "rsync"),
    Agent("rsyslog", {"configfile": "/tmp/agents/rsyslog.conf", "rsyslog_binary": "/usr/sbin/rsyslogd"}, file("/tmp/agents/rsyslog.conf", "*.* /tmp/agents.syslog"), "rsyslogd"),
    Agent("syslog-ng", {"configfile": "/tmp/agents/syslog-ng.conf", "syslog_ng_binary": "/usr/sbin/syslog-ng", "syslog_ng_ctl": "/usr/sbin/syslog-ng-ctl"},
          file("/tmp/agents/syslog-ng.conf", "@version: 3.38\nsource s { internal(); };\ndestination d { file(\"/tmp/agents-ng.log\"); };\nlog { source(s); destination(d); };") + "mkdir -p /var/lib/syslog-ng", "syslog-ng"),
    Agent("dovecot", {"parameters": "-c /tmp/agents/dovecot.conf", "binary": "/usr/sbin/dovecot", "pid_file": "/run/agents-dovecot/master.pid"},
          certificate("dovecot") + file("/tmp/agents/dovecot.conf", DOVECOT), "dovecot",
          [("check_imap", *HERE), ("check_pop", *HERE), ("check_simap", *HERE), ("check_spop", *HERE)]),
    Agent("postfix", {"binary": "/usr/sbin/postfix"},
          certificate("postfix") + file("/etc/postfix/main.cf", POSTFIX) + "cp /usr/share/postfix/master.cf.dist /etc/postfix/master.cf\n"
          "sed -i 's/^\\([a-z].*[ \\t]\\)y\\([ \\t]\\)/\\1n\\2/' /etc/postfix/master.cf\n"
          "printf 'smtps inet n - n - - smtpd -o smtpd_tls_wrappermode=yes\\n' >>/etc/postfix/master.cf\n"
          "mkdir -p /tmp/agents/postfix-queue /var/lib/postfix; chown postfix /var/lib/postfix; "
          "postfix post-install create-missing set-permissions 2>/dev/null; true", "postfix",
          [("check_smtp", *HERE), ("check_ssmtp", *HERE), ("check_mailq", "-M", "postfix", "-w", "100", "-c", "200")]),
    Agent("Xinetd", {"service": "agents"}, file("/etc/xinetd.d/agents", "service agents\n{\n disable = yes\n type = UNLISTED\n port = 9998\n socket_type = stream\n protocol = tcp\n"
               " wait = no\n user = nobody\n server = /bin/cat\n}") + file("/tmp/agents/xinetd-other.conf", XINETD + "\nincludedir /etc/xinetd.d") + "xinetd -f /tmp/agents/xinetd-other.conf -pidfile /run/xinetd.pid\n" + listens(9997), "xinetd"),
    Agent("kamailio", {"conffile": "/tmp/agents/kamailio.cfg", "pidfile": "/run/agents-kamailio.pid", "listen_address": "10.92.0.9", "monitoring_ip": "10.92.0.9",
                       "kamctlrc": "/tmp/agents/kamctlrc", "proto": "udp", "kamctl": "/usr/sbin/kamctl"},
          file("/tmp/agents/kamailio.cfg", KAMAILIO) + file("/tmp/agents/kamctlrc", "SIP_DOMAIN=10.92.0.9") +
          "ip addr add 10.92.0.9/32 dev lo; mkdir -p /var/run/kamailio", "sipsak"),
    Agent("nfsserver", {"nfs_shared_infodir": "/tmp/agents-nfs"}, "grep -qw nfsd /proc/filesystems || { echo the kernel here has no NFS server; exit 1; }; mkdir -p /tmp/agents-nfs; rpcbind", "rpc.nfsd"),
    Agent("VirtualDomain", {"config": "/tmp/agents/domain.xml", "hypervisor": "qemu:///system", "force_stop": "true", "autoset_utilization_cpu": "false",
                            "autoset_utilization_hv_memory": "false", "autoset_utilization_host_memory": "false"},
          file("/tmp/agents/domain.xml", "<domain type='qemu'>\n<name>agents</name>\n<memory unit='MiB'>64</memory>\n<os><type arch='x86_64'>hvm</type></os>\n"
               "<devices>\n<emulator>/usr/bin/qemu-system-x86_64</emulator>\n</devices>\n</domain>"), "virsh"),
    Agent("MailTo", {"email": "root@localhost"}, needs="mail"),
    Agent("fio", {"args": "--name=x --rw=randread --size=1M --time_based --runtime=1000 --directory=/tmp/agents"}, needs="fio"),
    Agent("dnsupdate", {"hostname": "www.dyn", "ip": "10.95.0.9", "server": "127.0.0.1", "serverport": "5354", "unregister_on_stop": "true"},
          file("/tmp/agents/dyn.conf", NAMED_DYNAMIC) + file("/tmp/agents/dyn/dyn.zone", ZONE.replace("ns.lab.", "ns.dyn.").replace("root.lab.", "root.dyn.")) +
          "install -d -o bind /run/named; chown -R bind /tmp/agents/dyn; named -u bind -c /tmp/agents/dyn.conf\n" + listens(5354), "named"),
    Agent("smb-share", {"share": "agents", "path": "/tmp/agents", "outfile": "/etc/samba/conf.d/agents.conf", "guest_ok": "yes", "read_only": "yes"},
          file("/etc/samba/smb.conf", SAMBA) + "mkdir -p /etc/samba/conf.d /run/samba /var/log/samba; mount -t tmpfs agents /etc/samba/conf.d; "
          "printf '[global]\\n' >/etc/samba/conf.d/pacemaker-includes.conf; smbd -D\n" + listens(445), "smbd",
          [("check_disk_smb", *HERE, "-s", "agents", "-w", "98%", "-c", "99%")]),
    Agent("nagios", {"binary": "/usr/sbin/nagios4", "config": "/tmp/agents/nagios/nagios.cfg", "log": "/tmp/agents/nagios/nagios.log", "retention": "/tmp/agents/nagios/retention.dat",
                     "command": "/tmp/agents/nagios/rw/nagios.cmd", "pid": "/tmp/agents/nagios/nagios.pid"},
          file("/tmp/agents/nagios/nagios.cfg", NAGIOS) + file("/tmp/agents/nagios/objects.cfg", NAGIOS_OBJECTS) +
          "mkdir -p /tmp/agents/nagios/rw /tmp/agents/nagios/checks; chown -R nagios /tmp/agents/nagios", "nagios4",
          [("check_nagios", "-F", "/tmp/agents/nagios/status.dat", "-e", "5", "-C", "nagios4")]),
    Agent("tomcat", {"tomcat_user": "root", "catalina_home": "/usr/share/tomcat10", "catalina_base": "/tmp/agents/tomcat", "catalina_pid": "/tmp/agents/tomcat.pid",
                     "java_home": "/usr", "statusurl": "http://127.0.0.1:8082/", "tomcat_name": "agents", "catalina_out": "/tmp/agents/tomcat.out"},
          "mkdir -p /tmp/agents/tomcat/logs /tmp/agents/tomcat/temp /tmp/agents/tomcat/work /tmp/agents/tomcat/webapps/ROOT; cp -a /etc/tomcat10 /tmp/agents/tomcat/conf; "
          "sed -i 's/8080/8082/' /tmp/agents/tomcat/conf/server.xml; echo works >/tmp/agents/tomcat/webapps/ROOT/index.html", "/usr/share/tomcat10/bin/catalina.sh"),
    Agent("podman", {"image": "lab/busybox:1", "ocf_name": "agents", "run_opts": "--network=host --cgroups=disabled", "run_cmd": "/bin/hold", "monitor_cmd": "/bin/true"},
          PODMAN, "podman"),
    Agent("pgagent", {"connection_string": "host=/tmp/agents-pga user=postgres dbname=postgres"},
          "rm -rf /tmp/agents-pga; install -d -o postgres -g postgres /tmp/agents-pga; su postgres -c 'PGBIN/initdb -A trust -D /tmp/agents-pga/data'\n"
          "su postgres -c \"PGBIN/pg_ctl -w -D /tmp/agents-pga/data -l /tmp/agents-pga/log -o '-k /tmp/agents-pga -c listen_addresses=' start\"\n"
          "su postgres -c \"psql -h /tmp/agents-pga -c 'create extension pgagent'\"", "pgagent"),
    Agent("corosync-qnetd", {"nss_db_dir": "/tmp/agents/qnetd/nssdb", "ip": "127.0.0.1"},
          "corosync-qnetd-certutil -i >/dev/null 2>&1; mkdir -p /tmp/agents/qnetd; cp -a /etc/corosync/qnetd/nssdb /tmp/agents/qnetd/; chown -R coroqnetd /tmp/agents/qnetd", "corosync-qnetd"),
    Agent("garbd", {"binary": "/usr/bin/garbd", "wsrep_cluster_address": "gcomm://127.0.0.1:4567", "wsrep_cluster_name": "lab", "log": "/tmp/agents/garbd.log",
                    "options": "gmcast.listen_addr=tcp://127.0.0.1:4570"}, GALERA, "garbd"),
    Agent("exportfs", {"directory": "/tmp/agents/exported", "clientspec": "127.0.0.1", "fsid": "9", "options": "ro"}, "mkdir -p /tmp/agents/exported /var/lib/nfs", "exportfs"),
    Agent("nfsnotify", {}, "rpcbind; mkdir -p /var/lib/nfs/sm; chown -R statd /var/lib/nfs; rpc.statd --no-notify", "rpc.statd"),
    Agent("AudibleAlarm", {"nodelist": ""}),
    Agent("docker", {"image": "lab/busybox:1", "ocf_name": "agents", "run_opts": "--network=host", "run_cmd": "/bin/hold", "monitor_cmd": "/bin/true"}, DOCKER, "dockerd"),
    Agent("docker-compose", {"dirpath": "/tmp/agents/compose"}, file("/tmp/agents/compose/docker-compose.yml", COMPOSE) + DOCKER, "docker-compose"),
    Agent("zabbixserver", {"binary": "/usr/sbin/zabbix_server", "config": "/tmp/agents/zabbix.conf", "pid": "/tmp/agents-zabbix/pid"},
          file("/tmp/agents/zabbix.conf", "DBHost=/tmp/agents-zabbix\nDBName=zabbix\nDBUser=zabbix\nLogFile=/tmp/agents-zabbix/out\nPidFile=/tmp/agents-zabbix/pid\n"
               "SocketDir=/tmp/agents-zabbix\nListenPort=10051\nStartPollers=1") +
          "rm -rf /tmp/agents-zabbix; install -d -o postgres -g postgres -m 1777 /tmp/agents-zabbix; su postgres -c 'PGBIN/initdb -A trust -D /tmp/agents-zabbix/data'\n"
          "su postgres -c \"PGBIN/pg_ctl -w -D /tmp/agents-zabbix/data -l /tmp/agents-zabbix/log -o '-k /tmp/agents-zabbix -c listen_addresses= -c fsync=off' start\"\n"
          "db() { psql -q -h /tmp/agents-zabbix -U \"$@\"; }\ndb postgres -c 'create role zabbix login' -c 'create database zabbix owner zabbix' postgres\n"
          "for one in schema images data; do zcat /usr/share/zabbix-server-pgsql/$one.sql.gz | db zabbix zabbix; done", "zabbix_server"),
    Agent("VIPArip", {"ip": "10.94.0.9", "nic": "lo", "zebra_binary": "/usr/lib/frr/zebra", "ripd_binary": "/usr/lib/frr/ripd"},
          "mkdir -p /run/frr /etc/quagga /var/log/quagga; chown frr /run/frr /var/log/quagga", "/usr/lib/frr/ripd"),
    Agent("lxc", {"ocf_container": "agents", "config": "/tmp/agents/lxc/config"}, LXC, "lxc-start"),
    Agent("Stateful", {"ocf_state": "/run/agents-stateful"}, note=UNPROMOTED),
    Agent("AoEtarget", {"device": "/tmp/agents/aoe.img", "nic": "br0", "shelf": "1", "slot": "1"}, "truncate -s 1M /tmp/agents/aoe.img", "vblade"),
    Agent("iSCSITarget", {"implementation": "tgt", "iqn": "iqn.2024-01.lab:target", "tid": "9"}, TGTD, "tgtd"),
    Agent("iSCSILogicalUnit", {"implementation": "tgt", "target_iqn": "iqn.2024-01.lab:unit", "lun": "1", "path": "/tmp/agents/unit.img"},
          TGTD + "truncate -s 1M /tmp/agents/unit.img; tgtadm --lld iscsi --op new --mode target --tid 99 -T iqn.2024-01.lab:unit", "tgtd"),
    Agent("azure-lb", {"port": "61001", "nc": "/usr/bin/socat"}, needs="socat"),
    Agent("gcp-ilb", {"port": "60001", "cat": "socat"}, needs="socat"),
    Agent("CTDB", {"ctdb_recovery_lock": "/tmp/agents/ctdb/lock", "ctdb_dbdir": "/tmp/agents/ctdb"},
          "chrt -f 1 true || { echo realtime scheduling, which ctdbd insists on, is not allowed here; exit 1; }\n"
          "mkdir -p /tmp/agents/ctdb /run/ctdb /var/lib/ctdb; ip addr add 10.91.0.9/32 dev lo; echo 10.91.0.9 >/etc/ctdb/nodes", "ctdbd"),
    # What a cluster manager would say of it; it insists.
    Agent("conntrackd", {"config": "/tmp/agents/conntrackd.conf", "CRM_meta_master_max": "1", "CRM_meta_master_node_max": "1", "CRM_meta_clone_node_max": "1"},
          file("/tmp/agents/conntrackd.conf", CONNTRACKD), "conntrackd", note=UNPROMOTED),
]

for number, plugin in enumerate(ANYWHERE):
    AGENTS[number % 7].plugins.append(plugin)

CLOUD = "it needs the API of a cloud"
ATTRIBUTES = "all that it does is to set attributes of nodes, by Pacemaker's `attrd_updater`"
FOREIGN = "it needs software that Debian 12 does not have"
KERNEL = "it needs devices or modules of the kernel, which are the whole machine's"
HARDWARE = "it needs hardware that a lab host has not"
REASONS = {
    CLOUD: "aliyun-vpc-move-ip aws-vpc-move-ip aws-vpc-route53 awseip awsvip azure-events azure-events-az gcp-pd-move gcp-vpc-move-ip "
           "gcp-vpc-move-route gcp-vpc-move-vip ocivip openstack-cinder-volume openstack-floating-ip openstack-info openstack-virtual-ip",
    ATTRIBUTES: "SysInfo ethmonitor lxd-info machine-info ovsmonitor storage-mon",
    "all that it does is to set attributes of nodes, by Pacemaker's `crm_attribute`": "NodeUtilization",
    "it runs Pacemaker's `crm_mon`": "ClusterMon",
    "it runs `pingd`, which Pacemaker has no more": "pingd",
    "its nodes agree which of them begins by Pacemaker's `crm_attribute` and by promotion": "galera",
    "it only starts where it is promotable, and chooses whom to promote by Pacemaker's `attrd_updater` and `crm_attribute`": "mariadb",
    "its nodes find each other by Pacemaker's `cibadmin` and `crm_attribute`": "rabbitmq-cluster",
    "its nodes find each other by Pacemaker's `crm_node` and `crm_attribute`": "rabbitmq-server-ha",
    FOREIGN: "Evmsd EvmsSCC ManageVE SAPDatabase SAPInstance WAS WAS6 clvm db2 eDir88 ids jboss jira minio mysql-proxy oraasm oracle oralsnr pound rkt sybaseASE asterisk vdo-vol vmware",
    KERNEL: "sfex LVM LVM-activate Raid1 ManageRAID mdraid ZFS crypt iscsi nvmet-namespace nvmet-port nvmet-subsystem Xen",
    "it needs IPVS in the kernel": "ldirectord",
    "it insists on `dlm_controld`, which needs the kernel's DLM and Corosync": "lvmlockd",
    "it keeps its state in the file /WinPopup, and / is read-only on a lab host": "WinPopup",
    "after stop it says that it runs, until the address of its tunnel has gone, which is another agent's": "ipsec",
    HARDWARE: "ICP LinuxSCSI ServeRAID mpathpersist scsi2reservation sg_persist",
    "its agent gives varnishd the option -u, which Debian's varnish 7.1 has not": "varnish",
    "Debian's package sphinxsearch has no program `search`, which it asks by": "SphinxSearchDaemon",
}


def reason_of(agent):
    return next((reason for reason, names in REASONS.items() if agent in names.split()), None)
