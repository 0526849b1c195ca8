import json, pytest
from django.test import Client
pytestmark = pytest.mark.django_db
def test_try(county):
    c=Client(HTTP_ACCEPT_LANGUAGE="en"); z=Client()
    good={"kind":"appeal","programme":county.programme,"point":county.points[county.station.code][0].code,"text":"话","contact":{"name":"甲","phone":"13800000117"}}
    def show(label, r): print(label, r.status_code, r["Content-Type"], r.content.decode()[:230])
    def post(body, c=z, key="k1", **kw):
        h={"HTTP_IDEMPOTENCY_KEY":key} if key else {}
        return c.post("/api/v1/intake", body if isinstance(body,(str,bytes)) else json.dumps(body), content_type="application/json", **h, **kw)
    show("ok", post(good)); show("again", post(good)); show("other body", post({**good,"text":"别的"})); show("en", post({**good,"text":"别的"},c=c))
    show("malformed", post("{"));show("malformed en", post("{",c=c)); show("list", post("[]")); show("nokey", post(good,key=""));show("nokey en", post(good,key="",c=c))
    show("not utf8", post(b"\xff\xfe")); show("null", post("null")); show("nan", post('{"kind": NaN}')); show("surrogate", post(json.dumps({**good,"text":"\ud800"}),key="k2"))
    show("nul", post({**good,"text":"a\0b","place":"x\0y","contact":{"name":"n\0","phone":"13800000117"}},key="k3"))
    show("nul key", post(good,key="k\0"))
    for k,v in {"programme":"\0","kind":"\0","point":"\0","office":"\0","topic":"\0"}.items():
        b={**good,k:v}; 
        if k=="office": b["point"]=""
        show("nul "+k, post(b,key="n"+k))
    show("extra", post({**good,"x":1},key="k4")); show("future", post({**good,"occurred_on":"2199-01-01"},key="k5")); show("baddate", post({**good,"occurred_on":"2026-13-45"},key="k6"))
    show("epoch date", post({**good,"occurred_on":0},key="k6b"))
    show("phone", post({**good,"contact":{"phone":"123"}},key="k7")); show("long", post({**good,"text":"字"*5000},key="k8")); show("toolong", post({**good,"text":"字"*9000},key="k9"))
    show("3MB", post({**good,"text":"字"*1200000},key="k10"))
    show("deep", post("["*100000+"]"*100000,key="k11"))
    show("nophone", post({**good,"contact":{}},key="k12"))
    show("files unknown", post({**good,"files":["00000000-0000-0000-0000-000000000001"]},key="k13"))
    show("point unknown", post({**good,"point":"ZZZZZZ"},key="k14")); show("kind unknown", post({**good,"kind":"x"},key="k15")); show("prog unknown", post({**good,"programme":"x"},key="k16"))
    show("big int", post('{"kind": 1%s}' % ("0"*5000),key="k17"))
    show("longkey", post(good,key="k"*201)); show("hugehdr", post(good,key="k"*100000)); show("unicode key", post(good,key="键"))
    show("404", z.get("/api/v1/nothing")); show("404en", c.get("/api/v1/nothing")); show("405", z.get("/api/v1/intake")); show("405b", z.delete("/api/v1/cases"))
    show("number", z.get("/api/v1/cases/abc")); show("number0", z.get("/api/v1/cases/%00")); show("slash", z.get("/api/v1/cases/a/b"))
    show("area", z.get("/api/v1/areas/000000/types")); show("area0", z.get("/api/v1/areas/%00/types")); show("list", z.get("/api/v1/cases")); show("neg", z.get("/api/v1/cases?size=-1")); show("NEG en", c.get("/api/v1/cases?size=-1")); show("abc", z.get("/api/v1/cases?size=abc"))
    from tests.journeys.faces import client_of
    d=client_of(county.staff["dispatcher"])
    for q in ("cursor=x","cursor=2026-01-01~00000000-0000-0000-0000-000000000001","cursor=2026-01-01T00:00:00~00000000-0000-0000-0000-000000000001","cursor=%00","standing=zzz","kind=%00","size=0","size=1","cursor=9999-12-31T23:59:59%2B00:00~00000000-0000-0000-0000-000000000001","cursor=0001-01-01T00:00:00%2B14:00~00000000-0000-0000-0000-000000000001"):
        show(q, d.get("/api/v1/cases?"+q))
    n=json.loads(post(good).content)["number"]
    for i in range(7): show("tail", z.get(f"/api/v1/cases/{n}?tail=000{i}"))
    from django.core.files.uploadedfile import SimpleUploadedFile as F
    show("20MB", z.post("/api/v1/files",{"file":F("a.jpg",b"\xff\xd8\xff"+b"0"*20_000_000)})); show("exe", z.post("/api/v1/files",{"file":F("a.jpg",b"MZ\0\0")})); show("nofile", z.post("/api/v1/files",{})); show("empty", z.post("/api/v1/files",{"file":F("a.jpg",b"")})); show("notmulti", z.post("/api/v1/files","{}",content_type="application/json"))
    show("brokenmp", z.post("/api/v1/files",b"--x\r\ngarbage",content_type="multipart/form-data; boundary=x"))
    show("brokenmp2", z.post("/api/v1/files",b"--x\r\ngarbage",content_type="multipart/form-data"))
    show("al", z.get("/api/v1/areas/990101/types",HTTP_ACCEPT_LANGUAGE="x"*100000)); show("cookie", z.get("/api/v1/cases",HTTP_COOKIE="sessionid="+"x"*100000)); show("xff", z.get("/api/v1/cases",HTTP_X_FORWARDED_FOR="a"*10000))
    show("formtype", z.post("/api/v1/intake", good, HTTP_IDEMPOTENCY_KEY="d"))
