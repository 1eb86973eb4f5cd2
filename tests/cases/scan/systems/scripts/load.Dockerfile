FROM grafana/k6
COPY ./load/shop.txt .
ENTRYPOINT k6 run shop.txt
