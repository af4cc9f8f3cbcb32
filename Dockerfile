# One image for every part: the command chooses (compose.yaml).
FROM debian:12-slim
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      python3 python3-venv tesseract-ocr tesseract-ocr-eng tesseract-ocr-deu tesseract-ocr-fra fonts-dejavu-core ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /srv/docflow docflow \
 && install -d -o docflow -g docflow -m 0700 /srv/docflow/data /run/docflow
WORKDIR /srv/docflow/app
COPY requirements.txt ./
RUN python3 -m venv /srv/docflow/venv && /srv/docflow/venv/bin/pip install --no-cache-dir --quiet --requirement requirements.txt
COPY manage.py ./
COPY docflow docflow
COPY documents documents
COPY uploads uploads
COPY rules rules
COPY templates templates
COPY static static
RUN /srv/docflow/venv/bin/python -m compileall -q docflow documents uploads rules
ENV PATH=/srv/docflow/venv/bin:$PATH DOCFLOW_DATA_DIR=/srv/docflow/data DOCFLOW_RUN_DIR=/run/docflow PYTHONDONTWRITEBYTECODE=1
USER docflow
VOLUME /srv/docflow/data
EXPOSE 8000
ENTRYPOINT ["python", "manage.py"]
CMD ["serve", "--host", "0.0.0.0"]
