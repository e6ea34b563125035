set terminal svg size 900,800 noenhanced background 'white'
set title 'bytes, 30 s from 2026-09-21T14:13:30Z' noenhanced
set xlabel 'to'
set ylabel 'from'
set cblabel 'bytes'
set xtics ('10.0.0.9' 0, 'web1' 1, 'web2' 2, 'web3 (missing)' 3, 'web4' 4, 'web5' 5, 'web6' 6, 'web7 (estimated)' 7, 'web8' 8) rotate by 45 right noenhanced
set ytics ('10.0.0.9' 0, 'web1' 1, 'web2' 2, 'web3 (missing)' 3, 'web4' 4, 'web5' 5, 'web6' 6, 'web7 (estimated)' 7, 'web8' 8) noenhanced
set xrange [-0.5:8.5]
set yrange [8.5:-0.5]
set palette defined (0 '#f4f8fb', 0.5 '#56b4e9', 1 '#00395a')
set cbrange [0:*]
set format cb '%.1s %c'
set size ratio -1
unset key
plot 'example.dat' matrix with image pixels
