"""Cards of the kind template authors write, each for something that is painted, with a floor."""

from __future__ import annotations

#: Name → html, css, style of the element, and how like the browser's the picture must be.
CARDS: dict[str, tuple[str, str, str, float]] = {
    "chips": (
        ("<div class=c><span class=chip><svg viewBox='0 0 24 24' width='20' height='20'><path d='M5 13l4 "
         "4L19 7' fill='none' stroke='currentColor' stroke-width='3'/></svg> Free returns</span><span "
         "class='chip b'><svg viewBox='0 0 24 24' width='20' height='20'><path d='M5 13l4 4L19 7' "
         "fill='none' stroke='currentColor' stroke-width='3'/></svg> In stock</span></div>"),
        (':root{--ok:#16a34a} .c{display:flex;gap:10px} .chip{display:inline-flex;align-items:center;'
         'gap:6px;color:var(--ok);background:#dcfce7;padding:6px 12px;border-radius:99px;font-weight:600;'
         'font-size:15px} .chip.b{color:#2563eb;background:#dbeafe}'),
        'width:320px;padding:12px',
        0.97,
    ),
    "svgfill": (
        ("<div class=x><svg width=60 height=60 viewBox='0 0 60 60'><circle class=a cx=30 cy=30 r=26 />"
         '<text x=30 y=38 text-anchor=middle>42</text></svg></div>'),
        ('.x{fill:#0ea5e9;font-size:22px;font-weight:700} .x .a{stroke:#0369a1;stroke-width:4} .x '
         'text{fill:#fff}'),
        'width:320px;padding:12px',
        0.98,
    ),
    "quote": (
        '<blockquote>Design is how it works, not only how it looks.</blockquote><cite>A. Person</cite>',
        ('blockquote{margin:0;padding-left:44px;font-size:22px;line-height:1.3} '
         "blockquote::before{content:'\\201C';font-size:70px;line-height:40px;color:#f97316;display:block;"
         "height:30px;margin-left:-44px} cite::before{content:'\\2014\\00a0'} cite{color:#777;display:block;"
         'margin-top:10px}'),
        'width:320px;padding:12px',
        0.97,
    ),
    "qtag": (
        '<p>He said <q>yes, <q>maybe</q> later</q> and left.</p>',
        'q{color:#b91c1c}',
        'width:320px;padding:12px',
        0.97,
    ),
    "zebra": (
        ('<div class=r>Apples</div><div class=r>Pears</div><div class=r>Plums</div><div class=r>'
         'Cherries</div><div class=r>Figs</div>'),
        ('.r{padding:6px 10px;border-bottom:1px solid #e5e7eb} .r:nth-child(odd){background:#f1f5f9} '
         '.r:first-child{font-weight:700} .r:last-child{border-bottom:0;color:#dc2626} '
         '.r:nth-child(3n+2){letter-spacing:2px}'),
        'width:320px;padding:12px',
        0.97,
    ),
    "checklist": (
        '<ul><li>Free shipping</li><li>30 days return</li><li class=no>No gift wrap</li></ul>',
        ("ul{list-style:none;margin:0;padding:0} li{padding:5px 0} li::before{content:'+ ';color:#16a34a;"
         "font-weight:800} li.no::before{content:'- ';color:#dc2626} li + li{border-top:1px dashed "
         '#94a3b8}'),
        'width:320px;padding:12px',
        0.97,
    ),
    "counter": (
        '<div class=w><h3>Prepare</h3><h3>Mix</h3><h3>Bake</h3></div>',
        ('.w{counter-reset:step} h3{counter-increment:step;margin:8px 0;font-size:20px} '
         "h3::before{content:counter(step) '. ';color:#7c3aed} h3::after{content:' (' counter(step, "
         "upper-roman) ')';font-weight:400;color:#999}"),
        'width:320px;padding:12px',
        0.98,
    ),
    "attr": (
        "<div data-price='$49' class=p>Only today</div><a href='x' title='go'>Shop</a>",
        ('.p::after{content:attr(data-price);background:#111;color:#fff;padding:2px 8px;margin-left:10px;'
         'border-radius:4px} a[href]{color:#0f766e;text-decoration:none;border-bottom:2px dotted} '
         "[data-price^='$']{font-size:24px}"),
        'width:320px;padding:12px',
        0.97,
    ),
    "ring": (
        '<div class=ring><div class=in>72%</div></div>',
        ('.ring{--p:72;width:140px;height:140px;border-radius:50%;background:conic-gradient(#6366f1 '
         'calc(var(--p)*1%),#e5e7eb 0);display:flex;align-items:center;justify-content:center} '
         '.in{width:104px;height:104px;border-radius:50%;background:#fff;display:flex;align-items:center;'
         'justify-content:center;font-size:28px;font-weight:700}'),
        'width:320px;padding:12px',
        0.95,
    ),
    "glass": (
        '<div class=bg><div class=g><b>Glass</b><div>frosted card</div></div></div>',
        ('.bg{padding:30px;background:linear-gradient(135deg,#f97316,#db2777 50%,#4f46e5)} '
         '.g{background:rgb(255 255 255 / 22%);backdrop-filter:blur(8px);border:1px solid rgb(255 255 255 '
         '/ .4);border-radius:16px;padding:18px;color:#fff;box-shadow:0 8px 32px rgb(0 0 0 / 20%)}'),
        'width:320px;padding:12px',
        0.98,
    ),
    "stripes": (
        ("<div style='height:60px;background:repeating-linear-gradient(45deg,#fde047 0 12px,#111 12px "
         "24px)'></div><div style='height:50px;margin-top:10px;"
         "background:repeating-radial-gradient(circle at 20% 50%,#38bdf8 0 8px,#fff 8px 16px)'></div>"),
        '',
        'width:320px;padding:12px',
        0.98,
    ),
    "dots": (
        ("<div style='height:130px;background-color:#fff;background-image:radial-gradient(#94a3b8 2px,"
         "transparent 2.5px);background-size:20px 20px'></div>"),
        '',
        'width:320px;padding:12px',
        0.98,
    ),
    "checker": (
        ("<div style='height:120px;background:conic-gradient(#ddd 25%,#fff 0 50%,#ddd 0 75%,#fff 0) 0 "
         "0/40px 40px'></div>"),
        '',
        'width:320px;padding:12px',
        0.98,
    ),
    "layers": (
        ("<div style='height:130px;background:radial-gradient(circle at top left,#fca5a5,transparent 60%),"
         'radial-gradient(circle at bottom right,#93c5fd,transparent 60%),#fff;border-radius:14px;'
         "border:1px solid #ddd'></div>"),
        '',
        'width:320px;padding:12px',
        0.98,
    ),
    "cliptext": (
        ("<div style='font-size:54px;font-weight:800;background:linear-gradient(90deg,#f43f5e,#8b5cf6);"
         "-webkit-background-clip:text;background-clip:text;color:transparent'>Gradient</div><h2 "
         "style='margin:6px 0;background:linear-gradient(#111,#999);-webkit-background-clip:text;"
         "-webkit-text-fill-color:transparent'>Fading title</h2>"),
        '',
        'width:320px;padding:12px',
        0.97,
    ),
    "radsizes": (
        ("<div style='display:flex;gap:8px'><div style='width:90px;height:110px;"
         "background:radial-gradient(closest-side,#ef4444,#fff)'></div><div style='width:90px;"
         "height:110px;background:radial-gradient(circle closest-side at 30% 30%,#22c55e 50%,#fff 51%)'>"
         "</div><div style='width:90px;height:110px;background:radial-gradient(40px 20px at center,"
         "#3b82f6,#dbeafe)'></div></div>"),
        '',
        'width:320px;padding:12px',
        0.98,
    ),
    "hints": (
        ("<div style='height:60px;background:linear-gradient(90deg,#ef4444,20%,#3b82f6)'></div><div "
         "style='height:60px;margin-top:8px;background:linear-gradient(to right,red 40px,yellow 40px "
         "120px,green 120px calc(100% - 60px),blue calc(100% - 60px))'></div>"),
        '',
        'width:320px;padding:12px',
        0.98,
    ),
    "clipbg": (
        ("<div style='border:10px dashed #0ea5e9;padding:14px;background:linear-gradient(#fde68a,#fca5a5) "
         "content-box,#e0f2fe padding-box'>Clipped background boxes</div>"),
        '',
        'width:320px;padding:12px',
        0.97,
    ),
    "dashed": (
        ("<div style='border-bottom:3px dashed #ef4444;padding:10px'>One dashed side</div><div "
         "style='margin-top:14px;border:4px dotted #10b981;padding:10px'>Dotted all round</div><div "
         "style='margin-top:14px;border-left:8px double #6366f1;border-top:1px solid #999;padding:8px'>"
         'Double left</div>'),
        '',
        'width:320px;padding:12px',
        0.97,
    ),
    "carved": (
        ("<div style='display:flex;gap:12px;flex-wrap:wrap'><div style='border:8px groove #3b82f6;"
         "padding:10px'>groove</div><div style='border:8px ridge #f59e0b;padding:10px'>ridge</div><div "
         "style='border:8px inset #10b981;padding:10px'>inset</div><div style='border:8px outset #ccc;"
         "padding:10px'>outset</div></div>"),
        '',
        'width:320px;padding:12px',
        0.97,
    ),
    "dashround": (
        ("<div style='border:3px dashed #9333ea;border-radius:18px;padding:16px;text-align:center;"
         "font-size:24px;font-weight:700;letter-spacing:4px'>SAVE20</div>"),
        '',
        'width:320px;padding:12px',
        0.94,
    ),
    "outline": (
        ("<div style='outline:3px solid #f97316;outline-offset:4px;padding:10px;margin:12px;"
         "border-radius:10px;background:#fff7ed'>With an outline</div><span style='outline:2px dashed "
         "#2563eb'>inline</span>"),
        '',
        'width:320px;padding:12px',
        0.97,
    ),
    "underlines": (
        ("<p style='font-size:24px;margin:4px 0'><span style='text-decoration:underline wavy #ef4444'>"
         "wavy</span> <span style='text-decoration:underline dotted 3px #2563eb'>dotted</span> <span "
         "style='text-decoration:underline double #16a34a'>double</span></p><p style='font-size:24px;"
         "margin:8px 0'><span style='text-decoration:underline dashed 2px;text-underline-offset:6px'>"
         "dashed</span> <span style='text-decoration:overline 3px #9333ea'>over</span> <span "
         "style='text-decoration:line-through 4px #f59e0b'>through</span></p>"),
        '',
        'width:320px;padding:12px',
        0.95,
    ),
    "vars": (
        "<div class=a>Accent <b>bold</b></div><div class='a d'>Dark <b>bold</b></div>",
        (':root{--bg:#ecfeff;--fg:#155e75;--pad:12px} .a{background:var(--bg);color:var(--fg);'
         'padding:var(--pad) calc(var(--pad)*2);border-radius:var(--r,10px);margin-bottom:10px} '
         '.d{--bg:#155e75;--fg:#ecfeff} b{color:var(--strong,var(--fg))}'),
        'width:320px;padding:12px',
        0.98,
    ),
    "calc": (
        ("<div style='width:calc(100% - 60px);background:#ddd6fe;padding:8px'>calc</div><div "
         "style='width:min(100%,200px);margin-top:8px;background:#fbcfe8;padding:8px'>min</div><div "
         "style='width:clamp(80px,50%,140px);margin-top:8px;background:#bbf7d0;padding:8px'>clamp</div>"
         "<div style='font-size:max(12px,1.5em);margin-top:8px'>max</div>"),
        '',
        'width:320px;padding:12px',
        0.98,
    ),
    "colours": (
        ("<div style='display:flex;flex-wrap:wrap;gap:6px'><div style='width:60px;height:40px;"
         "background:rgb(255 0 0 / 50%)'></div><div style='width:60px;height:40px;background:hsl(200 80% "
         "50%)'></div><div style='width:60px;height:40px;background:hsl(120deg,60%,40%,.5)'></div><div "
         "style='width:60px;height:40px;background:hwb(40 20% 10%)'></div><div style='width:60px;"
         "height:40px;background:#0a08'></div><div style='width:60px;height:40px;background:#12345680'>"
         "</div><div style='width:60px;height:40px;background:oklch(0.7 0.15 150)'></div><div "
         "style='width:60px;height:40px;background:color-mix(in srgb, red 30%, blue)'></div><div "
         "style='width:60px;height:40px;background:rgba(0,0,0,.25)'></div><div style='width:60px;"
         "height:40px;background:rebeccapurple'></div></div>"),
        '',
        'width:320px;padding:12px',
        0.98,
    ),
    "filters": (
        ("<div style='display:flex;gap:10px'><div style='width:60px;height:80px;"
         "background:linear-gradient(#f43f5e,#fbbf24);filter:grayscale(1)'></div><div style='width:60px;"
         "height:80px;background:linear-gradient(#f43f5e,#fbbf24);filter:sepia(.8)'></div><div "
         "style='width:60px;height:80px;background:linear-gradient(#f43f5e,#fbbf24);"
         "filter:hue-rotate(120deg)'></div><div style='width:60px;height:80px;"
         "background:linear-gradient(#f43f5e,#fbbf24);filter:brightness(.6) contrast(1.4)'></div><div "
         "style='width:60px;height:80px;background:linear-gradient(#f43f5e,#fbbf24);filter:invert(1)'>"
         "</div></div><div style='margin-top:14px;filter:drop-shadow(3px 3px 3px #0008);font-size:28px;"
         "font-weight:800;color:#2563eb'>Drop shadow</div>"),
        '',
        'width:320px;padding:12px',
        0.98,
    ),
    "clip": (
        ("<div style='display:flex;gap:10px'><div style='width:88px;height:88px;"
         'background:linear-gradient(45deg,#06b6d4,#3b82f6);clip-path:polygon(50% 0,100% 50%,50% 100%,0 '
         "50%)'></div><div style='width:88px;height:88px;background:linear-gradient(45deg,#06b6d4,"
         "#3b82f6);clip-path:circle(40%)'></div><div style='width:88px;height:88px;"
         "background:linear-gradient(45deg,#06b6d4,#3b82f6);clip-path:inset(10px 20px round 12px)'></div>"
         "</div><div style='margin-top:10px;background:#dc2626;color:#fff;padding:8px 30px 8px 14px;"
         "clip-path:polygon(0 0,100% 0,calc(100% - 16px) 50%,100% 100%,0 100%)'>Ribbon</div>"),
        '',
        'width:320px;padding:12px',
        0.98,
    ),
    "mask": (
        ("<div style='height:70px;background:#7c3aed;-webkit-mask-image:linear-gradient(90deg,#000,"
         "transparent);mask-image:linear-gradient(90deg,#000,transparent)'></div><div "
         "style='margin-top:10px;width:90px;height:90px;background:#0f766e;"
         '-webkit-mask:radial-gradient(circle,transparent 30px,#000 31px);mask:radial-gradient(circle,'
         "transparent 30px,#000 31px)'></div>"),
        '',
        'width:320px;padding:12px',
        0.98,
    ),
    "blend": (
        ("<div style='background:#fde047;padding:16px'><div style='background:#22d3ee;"
         "mix-blend-mode:multiply;padding:16px'>multiply</div><div style='background:#f0abfc;"
         "mix-blend-mode:difference;padding:16px;margin-top:8px'>difference</div></div>"),
        '',
        'width:320px;padding:12px',
        0.98,
    ),
    "indiv": (
        ("<div style='display:flex;gap:40px;padding:30px'><div style='width:60px;height:60px;"
         "background:#f97316;rotate:20deg'></div><div style='width:60px;height:60px;background:#14b8a6;"
         "scale:1.2 .8'></div><div style='width:60px;height:60px;background:#6366f1;translate:0 -12px;"
         "rotate:-10deg;transform-origin:top left'></div></div>"),
        '',
        'width:320px;padding:12px',
        0.98,
    ),
    "shadows": (
        ("<div style='display:flex;gap:26px;padding:16px'><div style='width:70px;height:70px;"
         "border-radius:16px;background:#fff;box-shadow:0 1px 2px #0003,0 10px 20px -4px #0006'></div>"
         "<div style='width:70px;height:70px;border-radius:16px;background:#e5e7eb;box-shadow:6px 6px "
         "12px #0003,-6px -6px 12px #fff'></div><div style='width:70px;height:70px;border-radius:50%;"
         "background:#fef08a;box-shadow:inset 0 0 14px #b45309,0 0 0 5px #f59e0b'></div></div>"),
        '',
        'width:320px;padding:12px',
        0.98,
    ),
    "ellipses": (
        ("<div style='display:flex;gap:16px'><div style='width:120px;height:80px;border-radius:50%/30%;"
         "background:#fda4af'></div><div style='width:120px;height:80px;border-radius:60px 10px 40px "
         "0/20px 50px 10px 0;background:#a5b4fc;border:3px solid #312e81'></div></div>"),
        '',
        'width:320px;padding:12px',
        0.98,
    ),
    "tabular": (
        '<div class=n>1,111.11</div><div class=n>8,888.88</div><div class=n>1,234.50</div>',
        '.n{font-variant-numeric:tabular-nums;text-align:right;font-size:28px;padding:2px 0}',
        'width:320px;padding:12px',
        0.97,
    ),
    "button": (
        "<button class=b>Buy now</button> <button class='b o'>More</button>",
        ('.b{background:#111;color:#fff;border:none;padding:12px 22px;border-radius:8px;font:600 16px '
         'Manrope;cursor:pointer} .b.o{background:transparent;color:#111;border:2px solid #111}'),
        'width:320px;padding:12px',
        0.98,
    ),
    "styletag": (
        ('<style>.k{background:#fef3c7;border-left:4px solid #f59e0b;padding:10px} .k b{color:#b45309} '
         '@media print{.k{display:none}} @media (min-width:100px){.k{font-size:20px}}</style><div class=k>'
         'From a <b>style</b> tag</div>'),
        '',
        'width:320px;padding:12px',
        0.98,
    ),
    "nested": (
        '<div class=card><h4>Nested</h4><p class=x>rules</p></div>',
        ('.card{background:#eef2ff;padding:14px; h4{margin:0;color:#4338ca} & .x{margin:4px 0;'
         'font-weight:700} &:first-child{border:2px solid #4338ca}}'),
        'width:320px;padding:12px',
        0.98,
    ),
    "selectors": (
        ("<section><h3 id=t>Title</h3><p>One</p><p>Two</p><span>S</span><em></em><p class='u v'>Three</p>"
         '</section>'),
        ('h3 + p{color:#dc2626} h3 ~ span{background:#fde047} section > p:nth-of-type(2){font-weight:800} '
         'p:not(.u){padding-left:12px} :is(h3,h4)#t{margin:0} em:empty{display:inline-block;width:20px;'
         'height:10px;background:#16a34a} p:where(.v){text-decoration:underline} '
         '[class~=u]{font-style:italic}'),
        'width:320px;padding:12px',
        0.97,
    ),
    "gradborder": (
        ("<div style='border:4px solid transparent;border-radius:16px;padding:18px;"
         'background:linear-gradient(#fff,#fff) padding-box,linear-gradient(90deg,#f43f5e,#6366f1) '
         "border-box;font-weight:700'>Gradient border</div>"),
        '',
        'width:320px;padding:12px',
        0.98,
    ),
    "elem": (
        'Plain text in a glowing element',
        '',
        ('width:260px;padding:16px;background:linear-gradient(160deg,hsl(250 90% 60%),hsl(320 90% 60%)) '
         'no-repeat;color:#fff;font-size:calc(20px + 4px);border-radius:calc(8px*2);outline:2px solid '
         'gold;outline-offset:3px;filter:saturate(.8)'),
        0.97,
    ),
    "gauge": (
        "<div class=g style='--v:65'></div>",
        ('.g{width:180px;height:90px;overflow:hidden;background:radial-gradient(circle at 50% 100%,#fff '
         '55px,transparent 56px),conic-gradient(from -90deg at 50% 100%,#22c55e calc(var(--v)*1.8deg),'
         '#e5e7eb 0 180deg,transparent 0);border-radius:90px 90px 0 0}'),
        'width:320px;padding:12px',
        0.98,
    ),
    "zig": (
        ("<div style='height:40px;background:linear-gradient(135deg,#0ea5e9 25%,transparent 25%) -10px "
         '0/20px 20px,linear-gradient(225deg,#0ea5e9 25%,transparent 25%) -10px 0/20px 20px,'
         'linear-gradient(315deg,#0ea5e9 25%,transparent 25%) 0 0/20px 20px,linear-gradient(45deg,#0ea5e9 '
         "25%,transparent 25%) 0 0/20px 20px,#e0f2fe'></div>"),
        '',
        'width:320px;padding:12px',
        0.96,
    ),
    "steps": (
        '<ol class=s><li>Choose a colour</li><li>Add your name</li><li>We print it</li></ol>',
        ('.s{counter-reset:n;list-style:none;padding:0;margin:0} .s li{counter-increment:n;padding:6px 0;'
         'display:flex;align-items:center;gap:10px} .s li::before{content:counter(n,decimal-leading-zero);'
         'background:#0ea5e9;color:#fff;border-radius:8px;padding:4px 8px;font-weight:700;font-size:13px}'),
        'width:320px;padding:12px',
        0.97,
    ),
    "pricing": (
        ('<div class=p><h4>Pro</h4><div class=amt><small>$</small>29<small>/mo</small></div><ul><li>'
         'Unlimited</li><li>Support</li></ul></div>'),
        ('.p{border:2px solid #6366f1;border-radius:16px;padding:16px;text-align:center;box-shadow:0 20px '
         '25px -5px rgb(99 102 241 / .25)} h4{margin:0;color:#6366f1;text-transform:uppercase;'
         'letter-spacing:1px} .amt{font-size:48px;font-weight:800} .amt small{font-size:16px;'
         'font-weight:500;color:#6b7280} ul{list-style:none;padding:0;margin:0} '
         "li::before{content:'\\2713\\20';color:#16a34a}"),
        'width:320px;padding:12px',
        0.93,
    ),
    "fade": (
        ("<div style='font-size:20px;line-height:1.4;-webkit-mask-image:linear-gradient(#000 40%,"
         "transparent);mask-image:linear-gradient(#000 40%,transparent)'>This text fades away towards its "
         'end, line after line, until nothing of it can be read any more at all.</div>'),
        '',
        'width:320px;padding:12px',
        0.98,
    ),
    "twosides": (
        ("<div style='border-top:10px solid #f43f5e;border-right:10px solid #3b82f6;border-bottom:10px "
         "solid #22c55e;border-left:10px solid #eab308;width:120px;height:70px;border-radius:12px'></div>"),
        '',
        'width:320px;padding:12px',
        0.98,
    ),
    "triangle": (
        ("<div style='width:0;height:0;border-left:40px solid transparent;border-right:40px solid "
         "transparent;border-bottom:60px solid #dc2626'></div><div style='margin-top:10px;width:60px;"
         "height:60px;background:linear-gradient(to top right,#111 50%,transparent 51%)'></div>"),
        '',
        'width:320px;padding:12px',
        0.98,
    ),
    "svgcss": (
        ("<div class=ic><svg viewBox='0 0 24 24' width='60' height='60'><circle cx='12' cy='12' r='10'>"
         "</circle><path class='tick' d='M7 12l4 4 7-8'></path></svg></div>"),
        ('.ic svg{fill:none;stroke:#7c3aed;stroke-width:2} .ic .tick{stroke:#16a34a;stroke-width:3;'
         'stroke-linecap:round} .ic circle{fill:var(--none,#ede9fe)}'),
        'width:320px;padding:12px',
        0.98,
    ),
    "ghosttext": (
        ("<div style='font-size:60px;font-weight:800;color:transparent;-webkit-text-stroke:2px #111'>"
         "OUTLINE</div><div style='font-size:40px;font-weight:800;text-shadow:1px 1px 0 #fff,3px 3px 0 "
         "#f43f5e'>Layered</div>"),
        '',
        'width:320px;padding:12px',
        0.98,
    ),
    "uline": (
        '<h2 class=u>Section title</h2><h2 class=v>Another one</h2>',
        ('.u{margin:0 0 14px;display:inline-block;padding-bottom:4px;background:linear-gradient(90deg,'
         '#f97316,#facc15) left bottom/60% 4px no-repeat} .v{margin:0;text-decoration:underline;'
         'text-decoration-color:#38bdf8;text-decoration-thickness:.25em;text-underline-offset:-.1em;'
         'text-decoration-skip-ink:none}'),
        'width:320px;padding:12px',
        0.97,
    ),
}  # fmt: skip
